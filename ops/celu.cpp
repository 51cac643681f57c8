#include <nabla/op.hpp>

#include "kernels/elementwise.hpp"

namespace nabla {
namespace ops {

Celu::Celu(double alpha_value) : alpha(alpha_value) {
  if (!(alpha > 0)) throw ValueError(info.name, fmt::format("alpha is {}; it must be positive", alpha));
}

constinit const Elementwise Celu::elementwise = kernels::floating<Celu>(  //
    [](auto op, auto x) { return select(x > 0, x, op.alpha * expm1(x / op.alpha)); },
    [](auto op, auto u, auto x, auto) { return select(x <= 0, u * exp(x / op.alpha), u); });

template <Value V>
void Celu::vjp(const Pullback<V>& p) const {
  const V& x = p.in[0];
  p.grad[0] = where(x <= 0.0, p.ct * exp(minimum(x, 0.0) / alpha), p.ct);
}

std::vector<Sample> Celu::samples() {
  std::vector<Sample> samples = samples_beside_zero(Celu{});
  for (Sample& sample : samples_beside_zero(Celu(0.5))) samples.push_back(std::move(sample));
  return samples;
}
std::vector<BadCall> Celu::bad_calls() { return elementwise_bad_calls(Celu{}); }

}  // namespace ops

template const OpTable& op_table<ops::Celu>();

}  // namespace nabla
