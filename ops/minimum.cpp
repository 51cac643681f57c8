#include <cmath>
#include <nabla/op.hpp>

#include "kernels/map.hpp"

namespace nabla {
namespace ops {

void Minimum::forward(Tensors in, Tensor& out) const {
  kernels::map_any([](auto a, auto b) { return a < b || a != a ? a : b; }, out, in[0], in[1]);
}

template <Value V>
void Minimum::vjp(const Pullback<V>& p) const {
  const V shared = where(equal(p.in[0], p.in[1]), 0.5 * p.ct, 0.0);
  if (p.needs[0]) p.grad[0] = sum_to(where(p.in[0] < p.in[1], p.ct, shared), p.in[0].shape());
  if (p.needs[1]) p.grad[1] = sum_to(where(p.in[1] < p.in[0], p.ct, shared), p.in[1].shape());
}

std::vector<Sample> Minimum::samples() { return elementwise_samples(Minimum{}); }
std::vector<BadCall> Minimum::bad_calls() { return elementwise_bad_calls(Minimum{}); }

}  // namespace ops

template const OpTable& op_table<ops::Minimum>();

}  // namespace nabla
