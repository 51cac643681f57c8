// Activation functions whose plain formulas lose digits or overflow, and the derivatives of sigmoid and tanh. At most 5
// ulp as long as the exponential in them is a normal number.
#pragma once

#include <nabla/simd/exponential.hpp>

namespace nabla::simd {

namespace detail {

template <Real T>
struct Activation;
template <>
struct Activation<float> {
  static constexpr double saturated = 1 - 0x1p-7;  // from here on too few digits are left of 1 − y
  // (1 − tanh(x)/x) / x² on [0, 1] as a polynomial in x²: 2⁻²⁵
  static constexpr double p[] = {0x1.555556p-2, -0x1.11112ap-3, 0x1.ba1a6cp-5, -0x1.65f9fp-6,
                                 0x1.1e8924p-7, -0x1.ac1dbcp-9, 0x1.f88bep-11, -0x1.40cec4p-13};
};
template <>
struct Activation<double> {
  static constexpr double saturated = 1 - 0x1p-14;
  // 2⁻⁵⁴
  static constexpr double p[] = {
      0x1.5555555555555p-2,  -0x1.1111111111068p-3,  0x1.ba1ba1ba1074dp-5,  -0x1.664f488022c2ap-6,
      0x1.226e3507d5b83p-7,  -0x1.d6d3c2fac7a55p-9,  0x1.7da2a552a985ap-10, -0x1.3550f3e1336bbp-11,
      0x1.f519238f67c6bp-13, -0x1.94789c0caa8aap-14, 0x1.41ae5bfd349b2p-15, -0x1.e8a26688c4e74p-17,
      0x1.4c995948b7cbbp-18, -0x1.6e21f1b1697f6p-20, 0x1.1607476f9ed93p-22, -0x1.a66ba314b68c6p-26};
};

/// 2 √(2/π) and 0.044715 of it
inline constexpr long double gelu_linear = 1.59576912160573071175978423973752747903L;
inline constexpr long double gelu_cubic = 0.07135481627260024877633875227986354099L;

}  // namespace detail

/// eˣ / (1 + eˣ)² = σ(x) σ(−x), the derivative of σ = sigmoid and a density, with all digits in both tails.
template <AnyPack P>
NABLA_SIMD_INLINE P logistic_density(P x) {
  const P e = detail::exp_of_minus_abs(x), d = 1 + e;
  return e / (d * d);
}

/// The same from y = σ(x), as y (1 − y); from x where too few digits are left of 1 − y.
template <AnyPack P>
NABLA_SIMD_INLINE P sigmoid_derivative(P x, P y) {
  const auto saturated = y > detail::Activation<typename P::Number>::saturated;
  const P d = y * (1 - y);
  return any(saturated) ? select(saturated, logistic_density(x), d) : d;
}

/// From here on y² leaves too few digits of 1 − y², where y = tanh x.
template <Real T>
inline constexpr double tanh_saturated = detail::Activation<T>::saturated;

/// 1 / cosh²x from y = tanh x, as 1 − y²; from x where y is saturated.
template <AnyPack P>
NABLA_SIMD_INLINE P tanh_derivative(P x, P y) {
  const P square = detail::rounded(y * y), d = 1 - square;
  const auto saturated = square > tanh_saturated<typename P::Number>;
  return any(saturated) ? select(saturated, 4 * logistic_density(x + x), d) : d;
}

/// ½ x (1 + tanh(√(2/π) (x + 0.044715 x³))) = x σ(t) with t = 2 √(2/π) (x + 0.044715 x³). The exponential multiplies
/// errors of t by as much, so it is worked out to twice the digits.
template <AnyPack P>
NABLA_SIMD_INLINE P gelu_tanh(P x) {
  using namespace detail;
  using C = Constant<typename P::Number>;
  constexpr C linear(gelu_linear), cubic(gelu_cubic);
  const P a = at_most(abs(x), 30);  // beyond, σ is 0 or 1
  const Double<P> square = product(two_product(a, a), cubic);
  const Double<P> sum = two_sum(P(linear.high), square.high);
  const Double<P> slope = {sum.high, sum.low + (square.low + linear.low)};
  const Double<P> t = product(slope, Double<P>{a, P(0)});
  const P exponent = at_least(-t.high, Exp<P>::underflow);
  const P e = exp_of_sum(exponent, select(exponent == -t.high, -t.low, P(0)));
  return x * (select(x < 0, e, P(1)) / (1 + e));
}

/// x tanh(log(1 + eˣ)) = x n / (n + 2) with n = eˣ (eˣ + 2); above 0 both are multiplied by e⁻²ˣ.
template <AnyPack P>
NABLA_SIMD_INLINE P mish(P x) {
  const P e = detail::exp_of_minus_abs(x);
  const auto negative = x < 0;
  const P n = select(negative, e * (e + 2), 1 + (e + e));
  return x * (n / (n + select(negative, P(2), 2 * detail::rounded(e * e))));
}

/// x − tanh x, by a polynomial below 1; above, tanh x = 1 − 2 e⁻²ˣ / (1 + e⁻²ˣ), and nothing cancels.
template <AnyPack P>
NABLA_SIMD_INLINE P tanhshrink(P x) {
  using namespace detail;
  const P a = abs(x), square = rounded(a * a),
          near = rounded(square * a) * polynomial(square, Activation<typename P::Number>::p);
  const P e = exp_of_minus_abs(a + a);
  return with_sign(select(a < 1, near, (a - 1) + (e + e) / (1 + e)), x);
}

}  // namespace nabla::simd
