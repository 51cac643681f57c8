#include <nabla/op.hpp>

#include "_samples.hpp"
#include "kernels/elementwise.hpp"

namespace nabla {
namespace ops {

constinit const Elementwise Elu::elementwise = kernels::floating<Elu>(  //
    [](auto op, auto x) { return select(x > 0, x, op.alpha * expm1(x)); },
    [](auto op, auto u, auto x, auto) { return select(x <= 0, u * (op.alpha * exp(x)), u); });

template <Value V>
void Elu::vjp(const Pullback<V>& p) const {
  const V& x = p.in[0];
  const V left = x <= 0.0;
  p.grad[0] = where(left, p.ct * (alpha * exp(where(left, x, 0.0))), p.ct);
}

std::vector<Sample> Elu::samples() {
  return joined({samples_beside_zero(Elu{}), samples_beside_zero(Elu{.alpha = 1.7})});
}
std::vector<BadCall> Elu::bad_calls() { return elementwise_bad_calls(Elu{}); }

}  // namespace ops

template const OpTable& op_table<ops::Elu>();

}  // namespace nabla
