#include <cmath>
#include <nabla/op.hpp>

#include "kernels/map.hpp"

namespace nabla {
namespace ops {

DType GreaterEqual::infer_dtype(Tensors in) const {
  detail::common_dtype(info, in);
  return u8;
}

void GreaterEqual::forward(Tensors in, Tensor& out) const {
  kernels::compare([](auto a, auto b) { return a >= b; }, out, in[0], in[1]);
}

std::vector<Sample> GreaterEqual::samples() { return elementwise_samples(GreaterEqual{}); }
std::vector<BadCall> GreaterEqual::bad_calls() { return elementwise_bad_calls(GreaterEqual{}); }

}  // namespace ops

template const OpTable& op_table<ops::GreaterEqual>();

}  // namespace nabla
