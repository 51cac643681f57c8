// exp and what is made of it: expm1, exp2, sigmoid, tanh, sinh, cosh. At most 2.5 ulp, everywhere.
//
// x = n ln 2 + r with |r| ≤ ½ ln 2, and expm1(r) is a minimax polynomial; the last step multiplies by 2ⁿ.
#pragma once

#include <limits>
#include <nabla/simd/exact.hpp>

namespace nabla::simd {

namespace detail {

inline constexpr double ln_2 = 0x1.62e42fefa39efp-1;

template <Real T>
struct Exponential;
template <>
struct Exponential<float> {
  static constexpr double log2_e = 0x1.715476p+0;
  static constexpr double ln2_high = 0x1.62ep-1, ln2_low = 0x1.0bfbe8p-15;  // n ln2_high is exact
  static constexpr double underflow = -104, overflow = 89;                  // eˣ is 0, infinite
  static constexpr double underflow2 = -151, overflow2 = 129;               // 2ˣ is
  static constexpr double minus_one = -18;                                  // eˣ − 1 is −1
  static constexpr double tanh_one = 10, sinh_overflow = 89.5;
  static constexpr double tiny = 0x1p-13;  // sinh x = x
  // (eʳ − 1 − r) / r²: 2⁻²⁴ and 2⁻²⁹·⁴
  static constexpr double p[] = {0x1p-1, 0x1.5554d8p-3, 0x1.5554b4p-5, 0x1.12107p-7, 0x1.6d7b56p-10};
  static constexpr double q[] = {0x1p-1, 0x1.555556p-3, 0x1.5554e4p-5, 0x1.1110a8p-7, 0x1.6d492ap-10, 0x1.a1852p-13};
};
template <>
struct Exponential<double> {
  static constexpr double log2_e = 0x1.71547652b82fep+0;
  static constexpr double ln2_high = 0x1.62e42fefap-1, ln2_low = 0x1.cf79abc9e3b3ap-40;
  static constexpr double underflow = -746, overflow = 710;
  static constexpr double underflow2 = -1076, overflow2 = 1025;
  static constexpr double minus_one = -38;
  static constexpr double tanh_one = 20, sinh_overflow = 710.6;
  static constexpr double tiny = 0x1p-28;
  // 2⁻⁵³ and 2⁻⁵⁹
  static constexpr double p[] = {0x1p-1,
                                 0x1.5555555555558p-3,
                                 0x1.5555555553b6cp-5,
                                 0x1.111111110f5ebp-7,
                                 0x1.6c16c1794e37fp-10,
                                 0x1.a01a01b10ba91p-13,
                                 0x1.a019b621a931dp-16,
                                 0x1.71ddf3e699c7ep-19,
                                 0x1.2894f57877a91p-22,
                                 0x1.af6867ab0145dp-26};
  static constexpr double q[] = {0x1p-1,
                                 0x1.5555555555557p-3,
                                 0x1.5555555555558p-5,
                                 0x1.111111110ff87p-7,
                                 0x1.6c16c16c14ff3p-10,
                                 0x1.a01a01aca03ffp-13,
                                 0x1.a01a01adc0dc7p-16,
                                 0x1.71ddffeef5fcbp-19,
                                 0x1.27e4caea7891cp-22,
                                 0x1.af5291d70d8cfp-26,
                                 0x1.1f8e7f1a1f63p-29};
};
template <AnyPack P>
using Exp = Exponential<typename P::Number>;

/// x = n ln 2 + r.
template <AnyPack P>
struct Reduced {
  P n, r;
};
template <AnyPack P>
NABLA_SIMD_INLINE Reduced<P> reduce(P x) {
  const P n = rounded(fma(x, Exp<P>::log2_e, P(Format<P>::integer))) - Format<P>::integer;
  return {n, fma(n, -Exp<P>::ln2_low, fma(n, -Exp<P>::ln2_high, x))};
}

/// eʳ − 1, for accuracy relative to eʳ and to r.
template <AnyPack P>
NABLA_SIMD_INLINE P expm1_coarse(P r) {
  return fma(rounded(r * r), polynomial(r, Exp<P>::p), r);
}
template <AnyPack P>
NABLA_SIMD_INLINE P expm1_fine(P r) {
  return fma(rounded(r * r), polynomial(r, Exp<P>::q), r);
}

/// exp(x + low), for a finite x between underflow and overflow and a small low.
template <AnyPack P>
NABLA_SIMD_INLINE P exp_of_sum(P x, P low) {
  const Reduced<P> t = reduce(x);
  return scale(expm1_coarse(t.r + low) + 1, t.n);
}

/// (1 + q) 2ⁿ for n ≤ 0. With 2ⁿ at hand in one instruction, which does not wait for q, one step is saved.
template <AnyPack P>
NABLA_SIMD_INLINE P one_plus_scaled(P q, P n) {
  if constexpr (P::level == Level::avx512) {
    const P s = scale(P(1), n);
    return fma(q, s, s);
  } else {
    return scale(q + 1, n);
  }
}

/// exp(−|x|)
template <AnyPack P>
NABLA_SIMD_INLINE P exp_of_minus_abs(P x) {
  const Reduced<P> t = reduce(at_least(minus_abs(x), Exp<P>::underflow));
  return one_plus_scaled(expm1_coarse(t.r), t.n);
}
template <AnyPack P>
NABLA_SIMD_INLINE P exp_of_minus_abs(const Double<P>& x) {
  const P e = exp_of_minus_abs(x.high), corrected = fma(-e, times_sign(x.low, x.high), e);
  return select(abs(x.low) < 1, corrected, e);  // the low part of infinity is NaN
}

}  // namespace detail

template <AnyPack P>
NABLA_SIMD_INLINE P exp(P x) {
  using namespace detail;
  const Reduced<P> t = reduce(at_least(at_most(x, Exp<P>::overflow), Exp<P>::underflow));
  return scale(expm1_coarse(t.r) + 1, t.n);
}

/// 2ˣ = 2ⁿ eʳ with an integer n and r = (x − n) ln 2; exact for an integer x.
template <AnyPack P>
NABLA_SIMD_INLINE P exp2(P x) {
  using namespace detail;
  const P a = at_least(at_most(x, Exp<P>::overflow2), Exp<P>::underflow2), n = nearest_integer(a);
  return scale(expm1_coarse(rounded((a - n) * ln_2)) + 1, n);
}

/// eˣ − 1, with all digits near 0.
template <AnyPack P>
NABLA_SIMD_INLINE P expm1(P x) {
  using namespace detail;
  const auto [n, r] = reduce(at_least(at_most(x, Exp<P>::overflow), Exp<P>::minus_one));
  const P q = expm1_fine(r), half = power_of_two(n - 1);  // 2ⁿ itself may be too large
  return with_sign(select(n == 0, q, 2 * fma(half, q, half - 0.5)), x);
}

/// 1 / (1 + e⁻ˣ). Never overflows, and keeps its digits in both tails.
template <AnyPack P>
NABLA_SIMD_INLINE P sigmoid(P x) {
  const P e = detail::exp_of_minus_abs(x);
  return select(x < 0, e, P(1)) / (1 + e);
}

/// (e²ˣ − 1) / (e²ˣ + 1)
template <AnyPack P>
NABLA_SIMD_INLINE P tanh(P x) {
  using namespace detail;
  const P a = at_most(abs(x), Exp<P>::tanh_one);
  const auto [n, r] = reduce(a + a);
  const P s = power_of_two(n), e = fma(s, expm1_fine(r), s - 1);
  return with_sign(e / (e + 2), x);
}

/// h + h / (2h + 1) with h = (eˣ − 1) / 2; bounding 2h changes no digit, but ∞ / ∞ never comes up.
template <AnyPack P>
NABLA_SIMD_INLINE P sinh(P x) {
  using namespace detail;
  const P a = abs(x);
  const auto [n, r] = reduce(at_most(a, Exp<P>::sinh_overflow));
  const P s = power_of_two(n - 2), h = 2 * fma(s, expm1_fine(r), s - 0.25);
  return with_sign(select(a < Exp<P>::tiny, a, h + h / (1 + at_most(h + h, 0x1p100))), x);
}

/// h + 1 / (4h) with h = eˣ / 2
template <AnyPack P>
NABLA_SIMD_INLINE P cosh(P x) {
  using namespace detail;
  const auto [n, r] = reduce(at_most(abs(x), Exp<P>::sinh_overflow));
  const P s = power_of_two(n - 2), h = 2 * fma(s, expm1_coarse(r), s);
  return h + 0.25 / h;
}

}  // namespace nabla::simd
