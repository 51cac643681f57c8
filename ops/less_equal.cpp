#include <nabla/op.hpp>

#include "kernels/elementwise.hpp"

namespace nabla {
namespace ops {

DType LessEqual::infer_dtype(Tensors in) const {
  detail::common_dtype(info, in);
  return u8;
}

constinit const Elementwise LessEqual::elementwise =
    kernels::without_derivative<kernels::Byte, kernels::Same, kernels::Same>([](auto a, auto b) { return a <= b; });

std::vector<Sample> LessEqual::samples() { return elementwise_samples(LessEqual{}); }
std::vector<BadCall> LessEqual::bad_calls() { return elementwise_bad_calls(LessEqual{}); }

}  // namespace ops

template const OpTable& op_table<ops::LessEqual>();

}  // namespace nabla
