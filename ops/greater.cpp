#include <nabla/op.hpp>

#include "kernels/elementwise.hpp"

namespace nabla {
namespace ops {

DType Greater::infer_dtype(Tensors in) const {
  detail::common_dtype(info, in);
  return u8;
}

constinit const Elementwise Greater::elementwise =
    kernels::without_derivative<kernels::Byte, kernels::Same, kernels::Same>([](auto a, auto b) { return a > b; });

std::vector<Sample> Greater::samples() { return elementwise_samples(Greater{}); }
std::vector<BadCall> Greater::bad_calls() { return elementwise_bad_calls(Greater{}); }

}  // namespace ops

template const OpTable& op_table<ops::Greater>();

}  // namespace nabla
