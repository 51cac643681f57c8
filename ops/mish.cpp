#include <nabla/op.hpp>

#include "kernels/elementwise.hpp"

namespace nabla {
namespace ops {

namespace {

/// w + x w' with w = tanh(ln(1 + eˣ)) = n / m, n = eˣ (eˣ + 2), m = n + 2, and w' = 4 eˣ (1 + eˣ) / m². Above 0, n and
/// m are multiplied by e⁻²ˣ.
template <simd::AnyPack P>
NABLA_SIMD_INLINE P mish_slope(P x) {
  const P e = simd::detail::exp_of_minus_abs(x), square = e * e;
  const auto negative = x < 0;
  const P n = select(negative, square + (e + e), 1 + (e + e)), m = n + 2 * select(negative, P(1), square);
  return n / m + x * (4 * select(negative, e, square) * (1 + e) / (m * m));
}

}  // namespace

constinit const Elementwise Mish::elementwise = kernels::floating(  //
    [](auto x) { return mish(x); }, [](auto u, auto x, auto) { return u * mish_slope(x); });

template <Value V>
void Mish::vjp(const Pullback<V>& p) const {
  // With w = tanh s and s = ln(1 + eˣ): s' = σ(x) and w' = σ(x) / cosh² s = 4 λ(2s) σ(x), λ the logistic density
  const V &x = p.in[0], s = softplus(x);
  p.grad[0] = p.ct * (tanh(s) + x * (4.0 * logistic_density(2.0 * s) * sigmoid(x)));
}

std::vector<Sample> Mish::samples() { return elementwise_samples(Mish{}); }
std::vector<BadCall> Mish::bad_calls() { return elementwise_bad_calls(Mish{}); }

}  // namespace ops

template const OpTable& op_table<ops::Mish>();

}  // namespace nabla
