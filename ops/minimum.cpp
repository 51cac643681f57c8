#include <nabla/op.hpp>

#include "kernels/elementwise.hpp"

namespace nabla {
namespace ops {

constinit const Elementwise Minimum::elementwise = kernels::any(  //
    [](auto a, auto b) { return select(a < b || a != a, a, b); },
    [](auto u, auto a, auto b, auto) { return select(a < b, u, select(a == b, u / 2, 0)); },
    [](auto u, auto a, auto b, auto) { return select(b < a, u, select(a == b, u / 2, 0)); });

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
