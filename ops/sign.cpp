#include <cmath>
#include <nabla/op.hpp>

#include "kernels/map.hpp"

namespace nabla {
namespace ops {

void Sign::forward(Tensors in, Tensor& out) const {
  kernels::map_any([](auto x) { return x > 0 ? decltype(x)(1) : x < 0 ? decltype(x)(-1) : x; }, out, in[0]);
}

std::vector<Sample> Sign::samples() { return elementwise_samples(Sign{}); }
std::vector<BadCall> Sign::bad_calls() { return elementwise_bad_calls(Sign{}); }

}  // namespace ops

template const OpTable& op_table<ops::Sign>();

}  // namespace nabla
