#include <cmath>
#include <nabla/op.hpp>
#include <numbers>

#include "kernels/elementwise.hpp"

namespace nabla {
namespace ops {

namespace {

/// Φ(x) = ½ erfc(t) at t = −x/√2: all digits in the left tail. There erfc multiplies the rounding error of t by 2t²; so
/// that error, e, is worked out, and erfc(t + e) ≈ erfc(t) − 2/√π exp(−t²) e.
template <class T>
T normal_distribution(T x) {
  constexpr long double sqrt_half = std::numbers::sqrt2_v<long double> / 2;
  constexpr T high = static_cast<T>(sqrt_half), low = static_cast<T>(sqrt_half - static_cast<long double>(high));
  const T t = -x * high;
  if (!(t > 1 && t < 40)) return std::erfc(t) / 2;
  const T e = std::fma(-x, high, -t) - x * low;
  return (std::erfc(t) - 2 * std::numbers::inv_sqrtpi_v<T> * std::exp(-t * t) * e) / 2;
}
template <class T>
T normal_density(T x) {
  return std::exp(-x * x / 2) * (std::numbers::inv_sqrtpi_v<T> / std::numbers::sqrt2_v<T>);
}

}  // namespace

constinit const Elementwise Gelu::elementwise = kernels::floating(  //
    [](auto x) { return x * normal_distribution(x); },
    [](auto u, auto x, auto) { return u * (normal_distribution(x) + x * normal_density(x)); });

template <Value V>
void Gelu::vjp(const Pullback<V>& p) const {
  const V& x = p.in[0];
  const V cumulative = 0.5 * erfc(x * (-std::numbers::sqrt2 / 2));
  const V density = (std::numbers::inv_sqrtpi / std::numbers::sqrt2) * exp(-0.5 * square(x));
  p.grad[0] = p.ct * (cumulative + x * density);
}

std::vector<Sample> Gelu::samples() { return elementwise_samples(Gelu{}); }
std::vector<BadCall> Gelu::bad_calls() { return elementwise_bad_calls(Gelu{}); }

}  // namespace ops

template const OpTable& op_table<ops::Gelu>();

}  // namespace nabla
