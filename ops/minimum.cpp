#include <nabla/op.hpp>

#include "kernels/elementwise.hpp"

namespace nabla {
namespace ops {

constinit const Elementwise Minimum::elementwise = kernels::any(  //
    [](auto a, auto b) { return select(a < b || a != a, a, b); },
    [](auto u, auto a, auto b, auto) { return select(a > b, 0, select(a == b, u / 2, u)); },
    [](auto u, auto a, auto b, auto) { return select(b > a, 0, select(a == b, u / 2, u)); });

template <Value V>
void Minimum::vjp(const Pullback<V>& p) const {
  const V shared = where(equal(p.in[0], p.in[1]), 0.5 * p.ct, p.ct);
  if (p.needs[0]) p.grad[0] = sum_to(where(p.in[0] > p.in[1], 0.0, shared), p.in[0].shape());
  if (p.needs[1]) p.grad[1] = sum_to(where(p.in[1] > p.in[0], 0.0, shared), p.in[1].shape());
}

std::vector<Sample> Minimum::samples() { return elementwise_samples(Minimum{}); }
std::vector<BadCall> Minimum::bad_calls() { return elementwise_bad_calls(Minimum{}); }

}  // namespace ops

template const OpTable& op_table<ops::Minimum>();

}  // namespace nabla
