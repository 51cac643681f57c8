#include <nabla/op.hpp>

#include "kernels/elementwise.hpp"

namespace nabla {
namespace ops {

namespace {

// y = x σ(t) with t = x (c + d x²); beyond ±100 σ is 0 or 1, but x³ may overflow
constexpr auto c = static_cast<double>(simd::detail::gelu_linear), d = static_cast<double>(simd::detail::gelu_cubic);
constexpr double most = 100;

/// σ(t) + x t' σ'(t)
template <simd::AnyPack P>
NABLA_SIMD_INLINE P gelu_tanh_slope(P x) {
  const P b = min(max(x, -most), most), square = b * b, t = b * (c + d * square);
  const P e = simd::detail::exp_of_minus_abs(t), under = 1 + e;
  return select(t < 0, e, P(1)) / under + x * ((c + 3 * d * square) * (e / (under * under)));
}

}  // namespace

constinit const Elementwise GeluTanh::elementwise = kernels::floating(  //
    [](auto x) { return gelu_tanh(x); }, [](auto u, auto x, auto) { return u * gelu_tanh_slope(x); });

template <Value V>
void GeluTanh::vjp(const Pullback<V>& p) const {
  const V &x = p.in[0], b = clamp(x, -most, most), square_b = square(b), t = b * (c + d * square_b);
  const V slope = c + (3 * d) * square_b;
  p.grad[0] = p.ct * (sigmoid(t) + x * (slope * logistic_density(t)));
}

std::vector<Sample> GeluTanh::samples() { return elementwise_samples(GeluTanh{}); }
std::vector<BadCall> GeluTanh::bad_calls() { return elementwise_bad_calls(GeluTanh{}); }

}  // namespace ops

template const OpTable& op_table<ops::GeluTanh>();

}  // namespace nabla
