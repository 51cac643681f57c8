#include <nabla/op.hpp>

#include "kernels/loss.hpp"

namespace nabla {
namespace ops {

Shape GaussianNllLoss::infer(Shapes in) const { return kernels::loss_shape(info.name, in); }

constinit const Elementwise GaussianNllLoss::elementwise = kernels::floating<GaussianNllLoss>(
    [](const auto& op, auto a, auto y, auto s) {
      const auto v = select(s < op.eps, op.eps, s), d = a - y;
      return 0.5 * (log(v) + d * d / v);
    },
    [](const auto& op, auto u, auto a, auto y, auto s, auto) { return u * ((a - y) / select(s < op.eps, op.eps, s)); },
    [](const auto& op, auto u, auto a, auto y, auto s, auto) { return u * ((y - a) / select(s < op.eps, op.eps, s)); },
    [](const auto& op, auto u, auto a, auto y, auto s, auto) {
      const auto d = a - y;
      return select(s < op.eps, 0, 0.5 * u * ((1 - d * d / s) / s));
    });

template <Value V>
void GaussianNllLoss::vjp(const Pullback<V>& p) const {
  const V &s = p.in[2], d = p.in[0] - p.in[1];
  const V small = s < eps;
  const V v = where(small, eps, s);
  if (p.needs[0]) p.grad[0] = p.ct * (d / v);
  if (p.needs[1]) p.grad[1] = p.ct * (-d / v);
  if (p.needs[2]) p.grad[2] = where(small, 0.0, 0.5 * p.ct * ((1.0 - d * d / v) / v));
}

std::vector<Sample> GaussianNllLoss::samples() {
  return kernels::loss_samples(
      {{GaussianNllLoss{}, {{{}}, {{}}, {{}, 0.3, 2}}}, {GaussianNllLoss{5}, {{{}}, {{}}, {{}, 0.3, 2}}}});
}

std::vector<BadCall> GaussianNllLoss::bad_calls() { return kernels::loss_bad_calls(GaussianNllLoss{}); }

}  // namespace ops

template const OpTable& op_table<ops::GaussianNllLoss>();

}  // namespace nabla
