#include <nabla/op.hpp>

#include "kernels/elementwise.hpp"

namespace nabla {
namespace ops {

namespace {

/// Where the derivative is worked out from x.
template <simd::AnyPack P>
NABLA_SIMD_INLINE auto is_saturated(P y) {
  return y * y > simd::tanh_saturated<typename P::Number>;
}
template <Value V>
V is_saturated(const V& y) {
  return square(y) > (y.dtype() == f32 ? simd::tanh_saturated<float> : simd::tanh_saturated<double>);
}

}  // namespace

constinit const Elementwise TanhVjp::elementwise = kernels::floating(  //
    [](auto u, auto x, auto y) { return u * tanh_derivative(x, y); },
    [](auto w, auto, auto x, auto y, auto) { return w * tanh_derivative(x, y); },
    [](auto w, auto u, auto x, auto y, auto) {
      const auto by_x = is_saturated(y);
      return any(by_x) ? select(by_x, w * u * tanh_derivative(x, y) * (-2 * tanh(x)), 0) : decltype(x)(0);
    },
    [](auto w, auto u, auto, auto y, auto) { return select(is_saturated(y), 0, -2 * (w * u) * y); });

template <Value V>
void TanhVjp::vjp(const Pullback<V>& p) const {
  const V &u = p.in[0], &x = p.in[1], &y = p.in[2];
  const V by_x = is_saturated(y);
  if (p.needs[0]) p.grad[0] = sum_to(tanh_vjp(p.ct, x, y), u.shape());
  if (p.needs[1]) p.grad[1] = sum_to(where(by_x, tanh_vjp(p.ct * u, x, y) * (-2.0 * tanh(x)), 0.0), x.shape());
  if (p.needs[2]) p.grad[2] = sum_to(where(by_x, 0.0, -2.0 * (p.ct * u) * y), y.shape());
}

std::vector<Sample> TanhVjp::samples() {
  std::vector<Sample> samples = elementwise_samples(TanhVjp{}, -0.95, 0.95);
  for (const double sign : {-1.0, 1.0}) {
    const Shape shape{2, 3};
    samples.push_back(
        {TanhVjp{}, {shape, shape, OperandSpec(shape, std::min(sign, 2 * sign), std::max(sign, 2 * sign))}});
  }
  return samples;
}
std::vector<BadCall> TanhVjp::bad_calls() { return elementwise_bad_calls(TanhVjp{}); }

}  // namespace ops

template const OpTable& op_table<ops::TanhVjp>();

}  // namespace nabla
