#include <nabla/op.hpp>

#include "kernels/loss.hpp"

namespace nabla {
namespace ops {

namespace {

constexpr double least_log = -100, least_spread = 1e-12f;  // the float nearest to it, as PyTorch has it

template <simd::AnyPack P>
NABLA_SIMD_INLINE P bounded(P logarithm) {
  return select(logarithm < least_log, least_log, logarithm);
}

/// The same of ln x; where it is bounded, its derivatives are 0.
template <Value V>
V bounded_log(const V& x) {
  const V small = log(x) < least_log;  // which NaN is not, for x < 0
  return where(small, least_log, log(where(small, 1.0, x)));
}

}  // namespace

Shape BceLoss::infer(Shapes in) const { return kernels::loss_shape(info.name, in); }

constinit const Elementwise BceLoss::elementwise =
    kernels::floating([](auto a, auto y) { return -(y * bounded(log(a)) + (1 - y) * bounded(log1p(-a))); },
                      [](auto u, auto a, auto y, auto) {
                        const auto spread = a * (1 - a);
                        return u * ((a - y) / select(spread > least_spread, spread, least_spread));
                      },
                      [](auto u, auto a, auto, auto) { return u * (bounded(log1p(-a)) - bounded(log(a))); });

template <Value V>
void BceLoss::vjp(const Pullback<V>& p) const {
  const V &a = p.in[0], &y = p.in[1];
  if (p.needs[0]) {
    // (a − y) / (a(1 − a)), taken apart: the derivatives of the parts do not cancel
    const V spread = a * (1.0 - a);
    const V apart = spread > least_spread;
    const V inside = where(apart, a, 0.5);
    p.grad[0] = p.ct * where(apart, (1.0 - y) / (1.0 - inside) - y / inside, (a - y) / least_spread);
  }
  if (p.needs[1]) p.grad[1] = p.ct * (bounded_log(1.0 - a) - bounded_log(a));
}

std::vector<Sample> BceLoss::samples() { return kernels::loss_samples({{BceLoss{}, {{{}, 0.1, 0.9}, {{}, 0, 1}}}}); }

std::vector<BadCall> BceLoss::bad_calls() { return kernels::loss_bad_calls(BceLoss{}); }

}  // namespace ops

template const OpTable& op_table<ops::BceLoss>();

}  // namespace nabla
