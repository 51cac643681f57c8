#include <nabla/error.hpp>
#include <nabla/nn/linear.hpp>

#include "checked.hpp"

namespace nabla::nn {
namespace {

std::int64_t checked(std::int64_t fan_in, std::int64_t fan_out, DType dtype) {
  if (fan_in < 1 || fan_out < 1)
    throw ValueError(
        "linear", fmt::format("fan_in {}, fan_out {}; a layer has at least one input and one output", fan_in, fan_out));
  checked_dtype("linear", dtype);
  return fan_in;
}

}  // namespace

Linear::Linear(std::int64_t fan_in, std::int64_t fan_out, Rng& rng, const LinearOptions& options,
               const std::string& name)
    : weight(name + ".weight", options.weight({fan_out, checked(fan_in, fan_out, options.dtype)}, rng, options.dtype)),
      bias(name + ".bias", options.bias({fan_out}, rng, options.dtype)) {}

std::string Linear::description() const { return fmt::format("Linear {} → {}", fan_in(), fan_out()); }

}  // namespace nabla::nn
