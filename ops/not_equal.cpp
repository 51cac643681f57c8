#include <nabla/op.hpp>

#include "kernels/elementwise.hpp"

namespace nabla {
namespace ops {

DType NotEqual::infer_dtype(Tensors in) const {
  detail::common_dtype(info, in);
  return u8;
}

constinit const Elementwise NotEqual::elementwise =
    kernels::without_derivative<kernels::Byte, kernels::Same, kernels::Same>([](auto a, auto b) { return a != b; });

std::vector<Sample> NotEqual::samples() { return elementwise_samples(NotEqual{}); }
std::vector<BadCall> NotEqual::bad_calls() { return elementwise_bad_calls(NotEqual{}); }

}  // namespace ops

template const OpTable& op_table<ops::NotEqual>();

}  // namespace nabla
