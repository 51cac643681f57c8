#include <cmath>
#include <nabla/op.hpp>

#include "kernels/elementwise.hpp"

namespace nabla {
namespace ops {

constinit const Elementwise Floor::elementwise = kernels::without_derivative<kernels::Same, kernels::Same>([](auto x) {
  if constexpr (std::is_integral_v<decltype(x)>)
    return x;
  else
    return std::floor(x);
});

std::vector<Sample> Floor::samples() { return elementwise_samples(Floor{}); }
std::vector<BadCall> Floor::bad_calls() { return elementwise_bad_calls(Floor{}); }

}  // namespace ops

template const OpTable& op_table<ops::Floor>();

}  // namespace nabla
