#include <nabla/op.hpp>

#include "kernels/elementwise.hpp"

namespace nabla {
namespace ops {

Softshrink::Softshrink(double lambd_value) : lambd(lambd_value) {
  if (!(lambd >= 0)) throw ValueError(info.name, fmt::format("lambd is {}; it must not be negative", lambd));
}

constinit const Elementwise Softshrink::elementwise = kernels::floating<Softshrink>(  //
    [](auto op, auto x) { return select(x > op.lambd, x - op.lambd, select(x < -op.lambd, x + op.lambd, 0)); },
    [](auto op, auto u, auto x, auto) { return select((x >= -op.lambd) & (x <= op.lambd), 0, u); });

template <Value V>
void Softshrink::vjp(const Pullback<V>& p) const {
  p.grad[0] = where(abs(p.in[0]) <= lambd, 0.0, p.ct);
}

std::vector<Sample> Softshrink::samples() {
  std::vector<Sample> samples = samples_beside_zero(Softshrink{0.25});
  for (Sample& sample : elementwise_samples(Softshrink{}, -0.4, 0.4)) samples.push_back(std::move(sample));
  return samples;
}
std::vector<BadCall> Softshrink::bad_calls() { return elementwise_bad_calls(Softshrink{}); }

}  // namespace ops

template const OpTable& op_table<ops::Softshrink>();

}  // namespace nabla
