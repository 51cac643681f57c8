#include <nabla/op.hpp>

#include "_attributes.hpp"
#include "_samples.hpp"
#include "kernels/elementwise.hpp"

namespace nabla {
namespace ops {

Softshrink::Softshrink(double l) : lambd(l) { require_not_negative(info.name, "lambd", lambd); }

constinit const Elementwise Softshrink::elementwise = kernels::floating<Softshrink>(  //
    [](auto op, auto x) { return select(x > op.lambd, x - op.lambd, select(x < -op.lambd, x + op.lambd, 0)); },
    [](auto op, auto u, auto x, auto) { return select((x >= -op.lambd) & (x <= op.lambd), 0, u); });

template <Value V>
void Softshrink::vjp(const Pullback<V>& p) const {
  p.grad[0] = where(abs(p.in[0]) <= lambd, 0.0, p.ct);
}

std::vector<Sample> Softshrink::samples() {
  return joined({samples_beside_zero(Softshrink{0.25}), elementwise_samples(Softshrink{}, -0.4, 0.4)});
}
std::vector<BadCall> Softshrink::bad_calls() { return elementwise_bad_calls(Softshrink{}); }

}  // namespace ops

template const OpTable& op_table<ops::Softshrink>();

}  // namespace nabla
