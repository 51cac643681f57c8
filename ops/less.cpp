#include <cmath>
#include <nabla/op.hpp>

#include "kernels/map.hpp"

namespace nabla {
namespace ops {

DType Less::infer_dtype(Tensors in) const {
  detail::common_dtype(info, in);
  return u8;
}

void Less::forward(Tensors in, Tensor& out) const {
  kernels::compare([](auto a, auto b) { return a < b; }, out, in[0], in[1]);
}

std::vector<Sample> Less::samples() { return elementwise_samples(Less{}); }
std::vector<BadCall> Less::bad_calls() { return elementwise_bad_calls(Less{}); }

}  // namespace ops

template const OpTable& op_table<ops::Less>();

}  // namespace nabla
