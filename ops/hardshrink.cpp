#include <nabla/op.hpp>

#include "_attributes.hpp"
#include "_samples.hpp"
#include "kernels/elementwise.hpp"

namespace nabla {
namespace ops {

Hardshrink::Hardshrink(double l) : lambd(l) { require_not_negative(info.name, "lambd", lambd); }

constinit const Elementwise Hardshrink::elementwise = kernels::floating<Hardshrink>(  //
    [](auto op, auto x) { return select((x >= -op.lambd) & (x <= op.lambd), 0, x); },
    [](auto op, auto u, auto x, auto) { return select((x >= -op.lambd) & (x <= op.lambd), 0, u); });

template <Value V>
void Hardshrink::vjp(const Pullback<V>& p) const {
  p.grad[0] = where(abs(p.in[0]) <= lambd, 0.0, p.ct);
}

std::vector<Sample> Hardshrink::samples() {
  return joined({samples_beside_zero(Hardshrink{0.25}), elementwise_samples(Hardshrink{}, -0.4, 0.4)});
}
std::vector<BadCall> Hardshrink::bad_calls() { return elementwise_bad_calls(Hardshrink{}); }

}  // namespace ops

template const OpTable& op_table<ops::Hardshrink>();

}  // namespace nabla
