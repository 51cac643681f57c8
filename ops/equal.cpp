#include <cmath>
#include <nabla/op.hpp>

#include "kernels/map.hpp"

namespace nabla {
namespace ops {

DType Equal::infer_dtype(Tensors in) const {
  detail::common_dtype(info, in);
  return u8;
}

void Equal::forward(Tensors in, Tensor& out) const {
  kernels::compare([](auto a, auto b) { return a == b; }, out, in[0], in[1]);
}

std::vector<Sample> Equal::samples() { return elementwise_samples(Equal{}); }
std::vector<BadCall> Equal::bad_calls() { return elementwise_bad_calls(Equal{}); }

}  // namespace ops

template const OpTable& op_table<ops::Equal>();

}  // namespace nabla
