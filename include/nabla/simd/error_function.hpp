// erf, erfc and the normal distribution function. At most 2.5 ulp, everywhere, in the tails too.
//
// erf x = x + x P(x²) below 1. Above ¾, erfc x = exp(−x²) G(q) / (1 + 2x) with q = (x − a) / (x + a): G lies between 1
// and 1.28, and a polynomial gives it. exp multiplies errors of x² by as much, so x² is worked out to twice the digits;
// what the quotient loses by rounding goes into the exponent too.
#pragma once

#include <nabla/simd/exponential.hpp>

namespace nabla::simd {

namespace detail {

template <Real T>
struct ErrorFunction;
template <>
struct ErrorFunction<float> {
  static constexpr double vanishes = 10.2, density_vanishes = 14.5;  // where erfc x and exp(−½x²) are 0
  static constexpr double a = 3;
  // erf(x)/x − 1 as a polynomial in x²: 2⁻²⁹·⁶
  static constexpr double p[] = {0x1.06eba8p-3, -0x1.81273ep-2,  0x1.ce2cf8p-4, -0x1.b7f90ep-6,
                                 0x1.5405bp-8,  -0x1.a3f6eep-11, 0x1.4969eap-14};
  // (1 + 2x) exp(x²) erfc(x) as a polynomial g0 + q (g[0] + g[1] q + …): 2⁻²⁸
  static constexpr double g0 = 0x1.40c522p+0;
  static constexpr double g[] = {-0x1.15c07cp-3, -0x1.85a16cp-5, 0x1.098202p-3,  -0x1.e88b5cp-4, 0x1.17eab8p-4,
                                 -0x1.855b2ep-6, 0x1.38e2b4p-9,  0x1.e196b4p-10, -0x1.12a832p-11};
};
template <>
struct ErrorFunction<double> {
  static constexpr double vanishes = 27.3, density_vanishes = 39;
  static constexpr double a = 4;
  // 2⁻⁵⁶·⁹
  static constexpr double p[] = {0x1.06eba8214db68p-3,   -0x1.812746b0379bdp-2,  0x1.ce2f21a040d16p-4,
                                 -0x1.b82ce311fa91bp-6,  0x1.565bccf92ae68p-8,   -0x1.c02db03dcd968p-11,
                                 0x1.f9a2baa848121p-14,  -0x1.f4ca4d66f9805p-17, 0x1.b97fd3a01d7e9p-20,
                                 -0x1.5c07260fff148p-23, 0x1.d71b0bf08289bp-27,  -0x1.abae46c6f9dfep-31};
  // 2⁻⁵⁸
  static constexpr double g0 = 0x1.3ba5916e9fd7fp+0;
  static constexpr double g[] = {-0x1.1df1ad154a28ep-3,  0x1.f7f5df66fd564p-7,   0x1.16ecefcfa535ep-4,
                                 -0x1.9ddb23c3e7c63p-4,  0x1.7fee004e12f4ap-4,   -0x1.0fb06dfe6c0bp-4,
                                 0x1.3079edf665bbbp-5,   -0x1.0962387d80b29p-6,  0x1.49c67292517ffp-8,
                                 -0x1.8d4aa195aa936p-11, -0x1.a1df321740178p-13, 0x1.3be0d873becf4p-13,
                                 -0x1.995726a26f41cp-16, -0x1.78a412d3119a2p-17, 0x1.7f0b5380d0d98p-18,
                                 0x1.41b63fb6355f4p-22,  -0x1.b9051ceae9f25p-21, 0x1.1faba7251b4bap-24,
                                 0x1.c2762b8f6d5a1p-24,  -0x1.a38374dedb64cp-27, -0x1.5f6d9b34846d3p-27};
};
template <AnyPack P>
using Erf = ErrorFunction<typename P::Number>;

/// erf x for |x| ≤ 1
template <AnyPack P>
NABLA_SIMD_INLINE P erf_near_zero(P x) {
  return fma(x, polynomial(rounded(x * x), Erf<P>::p), x);
}

/// erfc(a + low) for ¾ ≤ a ≤ vanishes: exp(−(a + low)²) is exp(−a²) exp(−2 a low).
template <AnyPack P>
NABLA_SIMD_INLINE P erfc_of_sum(P a, P low) {
  const P q = (a - Erf<P>::a) / (a + Erf<P>::a);
  const Double<P> g = fast_two_sum(P(Erf<P>::g0), rounded(q * polynomial(q, Erf<P>::g)));
  const Double<P> divisor = two_sum(P(1), a + a);
  const P quotient = rounded(g.high / divisor.high);
  const Double<P> back = two_product(quotient, divisor.high);
  const P lost = ((g.high - back.high) - back.low) + (g.low - rounded(quotient * divisor.low));
  const Double<P> square = two_product(a, a);
  const Reduced<P> r = reduce(-square.high);
  const P relative = rounded(lost * 0.85);  // lost / g, with more digits than it needs
  const P e = expm1_coarse(r.r - (fma(a + a, low, square.low) - relative));
  return scale(fma(quotient, e, quotient), r.n);
}

/// erfc(a + low) for 0 ≤ a ≤ vanishes
template <AnyPack P>
NABLA_SIMD_INLINE P erfc_positive(P a, P low) {
  const P square = rounded(a * a), slope = fma(square, -1.128, P(1.128));
  const P near = fma(-a, polynomial(square, Erf<P>::p), 1 - a) - rounded(low * slope);
  return select(a < 0.75, near, erfc_of_sum(a, low));
}

}  // namespace detail

template <AnyPack P>
NABLA_SIMD_INLINE P erf(P x) {
  using namespace detail;
  const P a = abs(x), tail = erfc_of_sum(at_most(a, 6), P(0));
  return select(a < 1, erf_near_zero(x), with_sign(1 - tail, x));
}

/// 1 − erf x, with all digits where it is small.
template <AnyPack P>
NABLA_SIMD_INLINE P erfc(P x) {
  using namespace detail;
  const P y = erfc_positive(at_most(abs(x), Erf<P>::vanishes), P(0));
  return select(x < 0, 2 - y, y);
}

/// Φ(x) = ½ erfc(−x / √2), with all digits where it is small: −x / √2 is worked out to twice the digits.
template <AnyPack P>
NABLA_SIMD_INLINE P normal_cdf(P x) {
  using namespace detail;
  constexpr Constant<typename P::Number> sqrt_half(0.70710678118654752440084436210484903928L);
  const P a = at_most(abs(x), 40);
  const Double<P> z = two_product(a, P(sqrt_half.high));
  const P y = 0.5 * erfc_positive(at_most(z.high, Erf<P>::vanishes), fma(a, sqrt_half.low, z.low));
  return select(x > 0, 1 - y, y);
}

/// exp(−½x²) / √(2π)
template <AnyPack P>
NABLA_SIMD_INLINE P normal_pdf(P x) {
  using namespace detail;
  const P a = at_most(abs(x), Erf<P>::density_vanishes);
  const Double<P> square = two_product(a, 0.5 * a);
  const Reduced<P> r = reduce(-square.high);
  return scale(0.39894228040143267794 * (expm1_coarse(r.r - square.low) + 1), r.n);
}

}  // namespace nabla::simd
