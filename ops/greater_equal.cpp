#include <nabla/op.hpp>

#include "kernels/elementwise.hpp"

namespace nabla {
namespace ops {

DType GreaterEqual::infer_dtype(Tensors in) const {
  detail::common_dtype(info, in);
  return u8;
}

constinit const Elementwise GreaterEqual::elementwise =
    kernels::without_derivative<kernels::Byte, kernels::Same, kernels::Same>([](auto a, auto b) { return a >= b; });

std::vector<Sample> GreaterEqual::samples() { return elementwise_samples(GreaterEqual{}); }
std::vector<BadCall> GreaterEqual::bad_calls() { return elementwise_bad_calls(GreaterEqual{}); }

}  // namespace ops

template const OpTable& op_table<ops::GreaterEqual>();

}  // namespace nabla
