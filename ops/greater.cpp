#include <cmath>
#include <nabla/op.hpp>

#include "kernels/map.hpp"

namespace nabla {
namespace ops {

DType Greater::infer_dtype(Tensors in) const {
  detail::common_dtype(info, in);
  return u8;
}

void Greater::forward(Tensors in, Tensor& out) const {
  kernels::compare([](auto a, auto b) { return a > b; }, out, in[0], in[1]);
}

std::vector<Sample> Greater::samples() { return elementwise_samples(Greater{}); }
std::vector<BadCall> Greater::bad_calls() { return elementwise_bad_calls(Greater{}); }

}  // namespace ops

template const OpTable& op_table<ops::Greater>();

}  // namespace nabla
