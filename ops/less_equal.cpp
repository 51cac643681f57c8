#include <cmath>
#include <nabla/op.hpp>

#include "kernels/map.hpp"

namespace nabla {
namespace ops {

DType LessEqual::infer_dtype(Tensors in) const {
  detail::common_dtype(info, in);
  return u8;
}

void LessEqual::forward(Tensors in, Tensor& out) const {
  kernels::compare([](auto a, auto b) { return a <= b; }, out, in[0], in[1]);
}

std::vector<Sample> LessEqual::samples() { return elementwise_samples(LessEqual{}); }
std::vector<BadCall> LessEqual::bad_calls() { return elementwise_bad_calls(LessEqual{}); }

}  // namespace ops

template const OpTable& op_table<ops::LessEqual>();

}  // namespace nabla
