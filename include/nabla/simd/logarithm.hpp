// log, log2, log10, log1p and what is made of them: softplus, logaddexp, asinh, acosh, atanh. At most 2.5 ulp,
// everywhere.
//
// x = 2ᵉ m with √½ ≤ m < √2, and log m comes from f = m − 1, which is exact.
#pragma once

#include <limits>
#include <nabla/simd/exponential.hpp>
#include <nabla/simd/rounding.hpp>

namespace nabla::simd {

namespace detail {

template <Real T>
struct Logarithm;
template <>
struct Logarithm<float> {
  static constexpr std::int32_t sqrt_half = 0x3f3504f3;
  static constexpr Constant<float> log10_2{0x1.344p-2f, 0x1.3509f8p-18f};
  static constexpr double large = 0x1p14;                 // beside its square 1 counts for nothing
  static constexpr double up = 0x1p25, up_exponent = 25;  // makes subnormal numbers normal
  static constexpr double integers = 0x1p23;
  // (log(1 + f) − f + ½f²) / f³: 2⁻²⁹ relative to log(1 + f)
  static constexpr double p[] = {0x1.555548p-2,  -0x1.ffffe8p-3, 0x1.99a50ep-3,  -0x1.55649ep-3, 0x1.232b14p-3,
                                 -0x1.faed16p-4, 0x1.e6e4ecp-4,  -0x1.e57b62p-4, 0x1.1c8c1ap-4};
};
template <>
struct Logarithm<double> {
  static constexpr std::int64_t sqrt_half = 0x3fe6a09e667f3bcd;
  static constexpr Constant<double> log10_2{0x1.34413509f8p-2, -0x1.80433b83b532ap-44};
  static constexpr double large = 0x1p28;
  static constexpr double up = 0x1p54, up_exponent = 54;
  static constexpr double integers = 0x1p52;
  // (log((1 + s)/(1 − s)) − 2s) / s³ as a polynomial in s²: 2⁻⁵⁷ relative to the logarithm
  static constexpr double p[] = {0x1.5555555555558p-1, 0x1.9999999994e35p-2, 0x1.2492492e743ebp-2, 0x1.c71c6240436aep-3,
                                 0x1.7462e33fa5d0dp-3, 0x1.39f86184f80dap-3, 0x1.2ba1cdb8e4fb4p-3};
};
template <AnyPack P>
using Log = Logarithm<typename P::Number>;

/// x = 2ᵉ m for a positive, normal x.
template <AnyPack P>
struct Decomposed {
  P e, m;
};
template <AnyPack P>
NABLA_SIMD_INLINE Decomposed<P> decompose(P x) {
  using F = Format<P>;
  using Integer = IntegerOf<typename P::Number>;
  constexpr Integer one = Integer{1} << F::mantissa;
  // Beginning a binade at √½ puts e + bias into the exponent field and m into the rest. The difference wraps round for
  // an x of which log_edges knows more.
  using Unsigned = typename P::UnsignedBits;
  constexpr auto shift = static_cast<std::make_unsigned_t<Integer>>(F::bias * one - Log<P>::sqrt_half);
  const Unsigned d = reinterpret_cast<Unsigned>(bits(x).v) + shift;
  const auto biased = reinterpret_cast<typename P::Bits>(d >> F::mantissa);
  const auto rest = reinterpret_cast<typename P::Bits>(d) & (one - 1);
  const P e = from_bits<P>(biased | bits(P(Log<P>::integers)).v) - (Log<P>::integers + F::bias);
  return {e, from_bits<P>(rest + Log<P>::sqrt_half)};
}

/// The same for a positive x that may be subnormal.
template <AnyPack P>
NABLA_SIMD_INLINE Decomposed<P> decompose_any(P x) {
  const auto subnormal = x < Format<P>::smallest_normal;
  const auto [e, m] = decompose(select(subnormal, x * Log<P>::up, x));
  return {select(subnormal, e - Log<P>::up_exponent, e), m};
}

/// log(1 + f) − f + low, for √½ ≤ 1 + f < √2 and a small low.
template <AnyPack P>
NABLA_SIMD_INLINE P log_rest(P f, P low) {
  const P square = rounded(f * f);
  if constexpr (std::same_as<typename P::Number, float>) {
    low = fma(rounded(square * f), polynomial(f, Log<P>::p), low);
    return fma(square, -0.5, low);
  } else {
    const P s = f / (f + 2), z = rounded(s * s), half = rounded(square * 0.5);
    return fma(s, fma(z, polynomial(z, Log<P>::p), half), low) - half;
  }
}

/// e ln 2 + log(m) + low, for a small low.
template <AnyPack P>
NABLA_SIMD_INLINE P log_of(Decomposed<P> x, P low) {
  const P f = x.m - 1;
  return fma(x.e, Exp<P>::ln2_high, f + log_rest(f, fma(x.e, Exp<P>::ln2_low, low)));
}

/// log(u + rest) + shift ln 2, for a normal u ≥ ½ and what rounding took from it.
template <AnyPack P>
NABLA_SIMD_INLINE P log_of_sum(P u, P rest, P shift) {
  const auto [e, m] = decompose(u);
  const P correction = rounded(rest * power_of_two(-at_most(e, Format<P>::bias - 1))) / m;
  return log_of<P>({e + shift, m}, correction);
}

/// e unit + log(m) scale, each product to twice the digits, so that powers of the base come out exactly. Products of e
/// and unit.high are exact.
template <AnyPack P>
NABLA_SIMD_INLINE P log_to_base(Decomposed<P> x, const Constant<typename P::Number>& unit,
                                const Constant<typename P::Number>& scale) {
  const P f = x.m - 1;
  const Double<P> p = two_product(f, P(scale.high)), sum = fast_two_sum(rounded(x.e * unit.high), p.high);
  const P low = fma(f, scale.low, fma(log_rest(f, P(0)), scale.high, p.low));
  return sum.high + (sum.low + fma(x.e, unit.low, low));
}

/// y where x is positive and finite; what a logarithm is elsewhere.
template <AnyPack P>
NABLA_SIMD_INLINE P log_edges(P x, P y) {
  using Limits = std::numeric_limits<typename P::Number>;
  y = select(x < Limits::infinity(), y, x);
  return select(x <= 0, select(x == 0, -Limits::infinity(), Limits::quiet_NaN()) + P(0), y);
}

}  // namespace detail

template <AnyPack P>
NABLA_SIMD_INLINE P log(P x) {
  using namespace detail;
  using Limits = std::numeric_limits<typename P::Number>;
  const P y = log_of<P>(decompose(x), 0);
  // Where all are normal and finite, nothing need be selected: that is twice as fast.
  if (any((x < Format<P>::smallest_normal) | (x == Limits::infinity()) | (x != x))) [[unlikely]]
    return log_edges(x, log_of<P>(decompose_any(x), 0));
  return y;
}
template <AnyPack P>
NABLA_SIMD_INLINE P log2(P x) {
  using namespace detail;
  constexpr long double log2_e = 1.44269504088896340735992468100189214L;
  return log_edges(x, log_to_base(decompose_any(x), {1, 0}, Constant<typename P::Number>(log2_e)));
}
template <AnyPack P>
NABLA_SIMD_INLINE P log10(P x) {
  using namespace detail;
  constexpr long double log10_e = 0.43429448190325182765112891891660508229L;
  return log_edges(x, log_to_base(decompose_any(x), Log<P>::log10_2, Constant<typename P::Number>(log10_e)));
}

/// log(1 + x), with all digits near 0.
template <AnyPack P>
NABLA_SIMD_INLINE P log1p(P x) {
  using namespace detail;
  const auto [u, rest] = two_sum(P(1), x);
  return with_sign(log_edges(u, log_of_sum(u, rest, P(0))), x);
}

/// log(1 + eˣ)
template <AnyPack P>
NABLA_SIMD_INLINE P softplus(P x) {
  return select(x > 0, x, P(0)) + log1p(detail::exp_of_minus_abs(x));
}

/// log(1 + e^(βx)) / β for β > 0
template <AnyPack P>
NABLA_SIMD_INLINE P softplus(P x, double beta) {
  using namespace detail;
  return select(x > 0, x, P(0)) + log1p(exp_of_minus_abs(two_product(x, P(beta)))) / P(beta);
}

/// log(eᵃ + eᵇ), the larger and log(1 + e⁻ᵈ) with their distance d. Where the two cancel, the error is relative to the
/// larger.
template <AnyPack P>
NABLA_SIMD_INLINE P logaddexp(P a, P b) {
  using namespace detail;
  const auto equal = a == b;  // also where both are infinite
  return max(a, b) + log1p(exp_of_minus_abs(two_sum(select(equal, P(0), a), select(equal, P(0), -b))));
}

/// log(a + √(a² + 1)), and a + √(a² + 1) = 1 + a + a²/(1 + √(1 + a²)), which keeps the digits near 0.
template <AnyPack P>
NABLA_SIMD_INLINE P asinh(P x) {
  using namespace detail;
  const P a = abs(x), square = rounded(a * a);
  const auto large = a > Log<P>::large;  // log 2a
  const Double<P> sum = fast_two_sum(a, square / (1 + sqrt(1 + square))), v = two_sum(P(1), sum.high);
  const P u = select(large, a, v.high), rest = select(large, P(0), v.low + sum.low);
  return with_sign(log_edges(u, log_of_sum(u, rest, select(large, P(1), P(0)))), x);
}

/// log(x + √(x² − 1)), and x + √(x² − 1) = 1 + t + √(t (x + 1)) with t = x − 1.
template <AnyPack P>
NABLA_SIMD_INLINE P acosh(P x) {
  using namespace detail;
  const P t = x - 1;
  const auto large = x > Log<P>::large;  // log 2x
  const Double<P> sum = fast_two_sum(sqrt(rounded(t * (x + 1))), t), v = two_sum(P(1), sum.high);
  const P u = select(large, x, v.high), rest = select(large, P(0), v.low + sum.low);
  const P y = log_edges(u, log_of_sum(u, rest, select(large, P(1), P(0))));
  return select(x < 1, std::numeric_limits<typename P::Number>::quiet_NaN(), y);
}

/// ½ log(1 + q) with q = 2a/(1 − a), and what rounding took from the quotient.
template <AnyPack P>
NABLA_SIMD_INLINE P atanh(P x) {
  using namespace detail;
  const P a = abs(x), twice = a + a;
  const Double<P> divisor = two_sum(P(1), -a);
  const P q = twice / divisor.high;
  const Double<P> back = two_product(q, divisor.high), v = two_sum(P(1), q);
  const P lost = ((twice - back.high) - back.low - rounded(q * divisor.low)) / divisor.high;
  return with_sign(0.5 * log_edges(v.high, log_of_sum(v.high, v.low + lost, P(0))), x);
}

}  // namespace nabla::simd
