#include <cmath>
#include <nabla/op.hpp>

#include "kernels/map.hpp"

namespace nabla {
namespace ops {

DType NotEqual::infer_dtype(Tensors in) const {
  detail::common_dtype(info, in);
  return u8;
}

void NotEqual::forward(Tensors in, Tensor& out) const {
  kernels::compare([](auto a, auto b) { return a != b; }, out, in[0], in[1]);
}

std::vector<Sample> NotEqual::samples() { return elementwise_samples(NotEqual{}); }
std::vector<BadCall> NotEqual::bad_calls() { return elementwise_bad_calls(NotEqual{}); }

}  // namespace ops

template const OpTable& op_table<ops::NotEqual>();

}  // namespace nabla
