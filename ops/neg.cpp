#include <cmath>
#include <nabla/op.hpp>

#include "kernels/map.hpp"

namespace nabla {
namespace ops {

void Neg::forward(Tensors in, Tensor& out) const {
  kernels::map_any([](auto x) { return -x; }, out, in[0]);
}

template <Value V>
void Neg::vjp(const Pullback<V>& p) const {
  p.grad[0] = -p.ct;
}

std::vector<Sample> Neg::samples() { return elementwise_samples(Neg{}); }
std::vector<BadCall> Neg::bad_calls() { return elementwise_bad_calls(Neg{}); }

}  // namespace ops

template const OpTable& op_table<ops::Neg>();

}  // namespace nabla
