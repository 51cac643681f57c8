#include <nabla/op.hpp>

#include "kernels/elementwise.hpp"

namespace nabla {
namespace ops {

DType Equal::infer_dtype(Tensors in) const {
  detail::common_dtype(info, in);
  return u8;
}

constinit const Elementwise Equal::elementwise =
    kernels::without_derivative<kernels::Byte, kernels::Same, kernels::Same>([](auto a, auto b) { return a == b; });

std::vector<Sample> Equal::samples() { return elementwise_samples(Equal{}); }
std::vector<BadCall> Equal::bad_calls() { return elementwise_bad_calls(Equal{}); }

}  // namespace ops

template const OpTable& op_table<ops::Equal>();

}  // namespace nabla
