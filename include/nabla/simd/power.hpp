// hypot and pow. At most 2.5 ulp, everywhere.
#pragma once

#include <limits>
#include <nabla/simd/logarithm.hpp>

namespace nabla::simd {

namespace detail {

template <Real T>
struct Power;
template <>
struct Power<float> {
  static constexpr double large = 0x1p62, small = 0x1p-50, up = 0x1p100,
                          down = 0x1p-100;  // squares of others are normal
  // (log((1 + s)/(1 − s)) − 2s − ⅔s³) / s⁵ as a polynomial in s²: 2⁻³⁷ relative to the logarithm
  static constexpr double p[] = {0x1.999ap-2, 0x1.24527ap-2, 0x1.dfa30ap-3};
};
template <>
struct Power<double> {
  static constexpr double large = 0x1p510, small = 0x1p-450, up = 0x1p600, down = 0x1p-600;
  // 2⁻⁶⁶
  static constexpr double p[] = {0x1.9999999999b3p-2,  0x1.2492492457d5dp-2, 0x1.c71c722d67158p-3, 0x1.745ce9e2e0b1cp-3,
                                 0x1.3b1eec2b54f5dp-3, 0x1.0f7fe5cc1fa54p-3, 0x1.0e42d719de274p-3};
};
template <AnyPack P>
using Pow = Power<typename P::Number>;

/// log x for a positive, finite x, to the 11 digits more that a power can take from it. With m = (1 + s)/(1 − s),
/// log m = 2s + ⅔s³ + s⁵ P(s²), and all but the last term are worked out to twice the digits.
template <AnyPack P>
NABLA_SIMD_INLINE Double<P> log_twofold(P x) {
  constexpr Constant<typename P::Number> two_thirds(2.0L / 3);
  const auto [e, m] = decompose_any(x);
  const P f = m - 1;
  const Double<P> divisor = fast_two_sum(P(2), f);
  const P s = f / divisor.high;
  const Double<P> back = two_product(s, divisor.high);
  const P s_low = ((f - back.high) - back.low - rounded(s * divisor.low)) / divisor.high;
  const Double<P> ratio{s, s_low}, square = product(ratio, ratio), cube = product(square, ratio);
  const Double<P> third = product(cube, two_thirds);
  const P rest = rounded(rounded(cube.high * square.high) * polynomial(square.high, Pow<P>::p));
  const Double<P> first = fast_two_sum(rounded(e * Exp<P>::ln2_high), s + s),
                  sum = fast_two_sum(first.high, third.high);
  const P low = (s_low + s_low) + third.low + rest;
  return fast_two_sum(sum.high, first.low + (sum.low + fma(e, Exp<P>::ln2_low, low)));
}

/// exp(x + low) to half an ulp and a little, for x between underflow and overflow and a small low.
template <AnyPack P>
NABLA_SIMD_INLINE P exp_of_sum_fine(P x, P low) {
  const P n = nearest_integer(rounded(x * Exp<P>::log2_e));
  const Double<P> r = two_sum(fma(n, -Exp<P>::ln2_high, x), rounded(n * -Exp<P>::ln2_low));
  const Double<P> y = fast_two_sum(P(1), r.high);
  const P square = rounded(rounded(r.high * r.high) * polynomial(r.high, Exp<P>::q)), rest = y.low + square;
  return scale(y.high + fma(r.low + low, y.high + rest, rest), n);
}

}  // namespace detail

/// √(a² + b²), by squares that neither overflow nor vanish.
template <AnyPack P>
NABLA_SIMD_INLINE P hypot(P a, P b) {
  using namespace detail;
  using Limits = std::numeric_limits<typename P::Number>;
  const P larger = max(abs(a), abs(b));
  const auto large = larger > Pow<P>::large, small = larger < Pow<P>::small;
  const P unit = select(large, P(Pow<P>::down), select(small, P(Pow<P>::up), P(1)));
  const P back = select(large, P(Pow<P>::up), select(small, P(Pow<P>::down), P(1)));
  const P x = rounded(a * unit), y = rounded(b * unit);
  const P root = sqrt(rounded(x * x) + rounded(y * y)) * back;
  return select((abs(a) == Limits::infinity()) | (abs(b) == Limits::infinity()), Limits::infinity(), root);
}

template <AnyPack P, Number X>
NABLA_SIMD_INLINE P hypot(P a, X b) {
  return hypot(a, P(b));
}

/// aᵇ = exp(b log a) as IEEE 754 defines it: a⁰ = 1ᵇ = 1 even for NaN; a negative a has powers with an integer b only.
template <AnyPack P>
NABLA_SIMD_INLINE P pow(P a, P b) {
  using namespace detail;
  using Limits = std::numeric_limits<typename P::Number>;
  const P size = abs(a);
  const Double<P> log = log_twofold(size);
  const Double<P> exponent = two_product(b, log_edges(size, log.high));
  const P bounded = at_least(at_most(exponent.high, Exp<P>::overflow), Exp<P>::underflow);
  const P low = select(bounded == exponent.high, fma(b, log.low, exponent.low), P(0));
  const P y = select((size == 1) & (b == b), 1, exp_of_sum_fine(bounded, low));

  const auto whole = floor(b) == b, odd = whole & (2 * floor(0.5 * b) != b);
  const P sign = select(odd, a, P(1));
  const P signed_y = select((a < 0) & !whole & (a > -Limits::infinity()), Limits::quiet_NaN(), with_sign(y, sign));
  return select((b == 0) | (a == 1), 1, select((a != a) | (b != b), a + b, signed_y));
}

template <AnyPack P, Number X>
NABLA_SIMD_INLINE P pow(P a, X b) {
  const auto n = static_cast<double>(b);
  if (__builtin_constant_p(n)) {  // no branch is left
    if (n == 1) return a;
    if (n == 2) return a * a;
    if (n == 3) return a * a * a;
    if (n == -1) return 1 / a;
  }
  return pow(a, P(b));
}

}  // namespace nabla::simd
