#include <nabla/op.hpp>

#include "kernels/elementwise.hpp"

namespace nabla {
namespace ops {

DType Less::infer_dtype(Tensors in) const {
  detail::common_dtype(info, in);
  return u8;
}

constinit const Elementwise Less::elementwise =
    kernels::without_derivative<kernels::Byte, kernels::Same, kernels::Same>([](auto a, auto b) { return a < b; });

std::vector<Sample> Less::samples() { return elementwise_samples(Less{}); }
std::vector<BadCall> Less::bad_calls() { return elementwise_bad_calls(Less{}); }

}  // namespace ops

template const OpTable& op_table<ops::Less>();

}  // namespace nabla
