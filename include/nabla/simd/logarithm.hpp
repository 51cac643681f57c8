// log, log1p and softplus. At most 2.5 ulp, everywhere.
//
// x = 2ᵉ m with √½ ≤ m < √2, and log m comes from f = m − 1, which is exact.
#pragma once

#include <limits>
#include <nabla/simd/exponential.hpp>

namespace nabla::simd {

namespace detail {

template <Real T>
struct Logarithm;
template <>
struct Logarithm<float> {
  static constexpr std::int32_t sqrt_half = 0x3f3504f3;
  static constexpr double up = 0x1p25, up_exponent = 25;  // makes subnormal numbers normal
  static constexpr double integers = 0x1p23;
  // (log(1 + f) − f + ½f²) / f³: 2⁻²⁹ relative to log(1 + f)
  static constexpr double p[] = {0x1.555548p-2,  -0x1.ffffe8p-3, 0x1.99a50ep-3,  -0x1.55649ep-3, 0x1.232b14p-3,
                                 -0x1.faed16p-4, 0x1.e6e4ecp-4,  -0x1.e57b62p-4, 0x1.1c8c1ap-4};
};
template <>
struct Logarithm<double> {
  static constexpr std::int64_t sqrt_half = 0x3fe6a09e667f3bcd;
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

/// e ln 2 + log(m) + low, for a small low.
template <AnyPack P>
NABLA_SIMD_INLINE P log_of(Decomposed<P> x, P low) {
  const P f = x.m - 1;
  low = fma(x.e, Exp<P>::ln2_low, low);
  const P square = rounded(f * f);
  if constexpr (std::same_as<typename P::Number, float>) {
    low = fma(rounded(square * f), polynomial(f, Log<P>::p), low);
    low = fma(square, -0.5, low);
  } else {
    const P s = f / (f + 2), z = rounded(s * s), half = rounded(square * 0.5);
    low = fma(s, fma(z, polynomial(z, Log<P>::p), half), low) - half;
  }
  return fma(x.e, Exp<P>::ln2_high, f + low);
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
  const auto subnormal = x < Format<P>::smallest_normal;
  auto [e, m] = decompose(select(subnormal, x * Log<P>::up, x));
  e = select(subnormal, e - Log<P>::up_exponent, e);
  return log_edges(x, log_of<P>({e, m}, 0));
}

/// log(1 + x), with all digits near 0.
template <AnyPack P>
NABLA_SIMD_INLINE P log1p(P x) {
  using namespace detail;
  const auto [u, rest] = two_sum(P(1), x);  // the rest is what rounding took from 1 + x
  const auto [e, m] = decompose(u);
  const P correction = rounded(rest * power_of_two(-at_most(e, Format<P>::bias - 1))) / m;
  return with_sign(log_edges(u, log_of<P>({e, m}, correction)), x);
}

/// log(1 + eˣ)
template <AnyPack P>
NABLA_SIMD_INLINE P softplus(P x) {
  return select(x > 0, x, P(0)) + log1p(detail::exp_of_minus_abs(x));
}

}  // namespace nabla::simd
