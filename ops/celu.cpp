#include <nabla/op.hpp>

#include "_attributes.hpp"
#include "_samples.hpp"
#include "kernels/elementwise.hpp"

namespace nabla {
namespace ops {

Celu::Celu(double a) : alpha(a) { require_positive(info.name, "alpha", alpha); }

constinit const Elementwise Celu::elementwise = kernels::floating<Celu>(  //
    [](auto op, auto x) { return select(x > 0, x, op.alpha * expm1(x / op.alpha)); },
    [](auto op, auto u, auto x, auto) { return select(x <= 0, u * exp(x / op.alpha), u); });

template <Value V>
void Celu::vjp(const Pullback<V>& p) const {
  const V& x = p.in[0];
  const V left = x <= 0.0;
  p.grad[0] = where(left, p.ct * exp(where(left, x, 0.0) / alpha), p.ct);
}

std::vector<Sample> Celu::samples() { return joined({samples_beside_zero(Celu{}), samples_beside_zero(Celu(0.5))}); }
std::vector<BadCall> Celu::bad_calls() { return elementwise_bad_calls(Celu{}); }

}  // namespace ops

template const OpTable& op_table<ops::Celu>();

}  // namespace nabla
