// sin, cos and tan. At most 2.5 ulp, everywhere.
//
// x = n π/2 + r with |r| ≤ π/4. π/2 is cut into pieces of 33 bits, whose products with n are exact; beyond |n| = 2²⁰
// the lanes that are left go through the C library, whose reduction knows π to a thousand digits.
#pragma once

#include <cmath>
#include <limits>
#include <nabla/simd/exact.hpp>

namespace nabla::simd {

namespace detail {

inline constexpr double two_over_pi = 0x1.45f306dc9c883p-1;
inline constexpr double half_pi[] = {0x1.921fb544p+0, 0x1.0b4611a6p-34, 0x1.3198a2ep-69, 0x1.b839a252049c1p-104};
inline constexpr double many_turns = 0x1p20;  // of π/2

template <Real T>
struct Circular;
template <>
struct Circular<float> {
  // (sin(r)/r − 1)/r² and (cos(r) − 1 + ½r²)/r⁴ as polynomials in r²: 2⁻³³ and better
  static constexpr double s[] = {-0x1.555556p-3, 0x1.11110ep-7, -0x1.a0138p-13, 0x1.6db1b2p-19};
  static constexpr double c[] = {0x1.555554p-5, -0x1.6c12bcp-10, 0x1.9bcc48p-16};
};
template <>
struct Circular<double> {
  // 2⁻⁵⁶ and better
  static constexpr double s[] = {-0x1.5555555555555p-3, 0x1.1111111110b5ep-7,   -0x1.a01a019e703f1p-13,
                                 0x1.71de377df7a9fp-19, -0x1.ae5ff1ecd49dcp-26, 0x1.5e0238ee2ebabp-33};
  static constexpr double c[] = {0x1.5555555555555p-5,   -0x1.6c16c16c1693fp-10, 0x1.a01a019f457b1p-16,
                                 -0x1.27e4fa0c213e0p-22, 0x1.1eeb5ce24e0bbp-29,  -0x1.907516db0d093p-37};
};

/// r = high + low, and where n is odd, where n mod 4 is 2 or 3.
template <AnyPack P>
struct Angle {
  Double<P> r;
  P quadrant;  // n mod 4, as one of −2 … 2
};

template <AnyPack P>
NABLA_SIMD_INLINE P quadrant_of(P n) {
  return n - 4 * nearest_integer(n * 0.25);
}

template <Level L>
NABLA_SIMD_INLINE Angle<Pack<double, L>> reduce_angle(Pack<double, L> x) {
  using P = Pack<double, L>;
  const P n = nearest_integer(rounded(x * two_over_pi));
  const P first = x - rounded(n * half_pi[0]);  // exact, as are the products
  const Double<P> second = two_sum(first, -rounded(n * half_pi[1]));
  const Double<P> third = two_sum(second.high, -rounded(n * half_pi[2]));
  const P low = (second.low + third.low) - rounded(n * half_pi[3]);
  return {fast_two_sum(third.high, low), quadrant_of(n)};
}

/// For half of the lanes of an f32 pack, in f64: two pieces are enough.
template <AnyPack P>
struct Turns {
  P rest, n;
};
template <AnyPack P>
NABLA_SIMD_INLINE Turns<P> reduce_half(P x) {
  const P n = nearest_integer(rounded(x * two_over_pi));
  return {(x - rounded(n * half_pi[0])) - rounded(n * half_pi[1]), n};
}
template <Level L>
NABLA_SIMD_INLINE Angle<Pack<float, L>> reduce_angle(Pack<float, L> x) {
  const auto lower = reduce_half(half_of(x, 0)), upper = reduce_half(half_of(x, 1));
  const Pack<float, L> r = join(lower.rest, upper.rest);
  return {{r, join(lower.rest - half_of(r, 0), upper.rest - half_of(r, 1))}, quadrant_of(join(lower.n, upper.n))};
}

/// sin(r)
template <AnyPack P>
NABLA_SIMD_INLINE P sin_near_zero(const Double<P>& r) {
  const P x = r.high, z = rounded(x * x), p = polynomial(z, Circular<typename P::Number>::s);
  return x + fma(rounded(z * x), p, fma(rounded(z * -0.5), r.low, r.low));
}
/// cos(r): 1 − ½r² is rounded, and what that takes away is put back.
template <AnyPack P>
NABLA_SIMD_INLINE P cos_near_zero(const Double<P>& r) {
  const P x = r.high, z = rounded(x * x), p = polynomial(z, Circular<typename P::Number>::c), half = z * 0.5;
  const P w = 1 - half;
  return w + fma(rounded(z * z), p, ((1 - w) - half) - rounded(x * r.low));
}

/// f in the lanes where |x| is too large for the reduction; an argument that is not finite gives a NaN.
template <class F, AnyPack P>
NABLA_SIMD_INLINE P many_turns_by(F f, P x, P y) {
  const auto far = !(abs(x) < many_turns);
  if (!any(far)) [[likely]]
    return y;
  for (int i = 0; i < P::size; ++i)
    if (!(std::fabs(x.v[i]) < static_cast<typename P::Number>(many_turns))) y.v[i] = f(x.v[i]);
  return y;
}

}  // namespace detail

template <AnyPack P>
NABLA_SIMD_INLINE P sin(P x) {
  using namespace detail;
  const auto [r, quadrant] = reduce_angle(x);
  const P y = select(abs(quadrant) == 1, cos_near_zero(r), sin_near_zero(r));
  const P sign = select((quadrant == -1) | (abs(quadrant) == 2), P(-1), P(1));
  return many_turns_by([](auto a) { return std::sin(a); }, x, select(x == 0, x, times_sign(y, sign)));
}

template <AnyPack P>
NABLA_SIMD_INLINE P cos(P x) {
  using namespace detail;
  const auto [r, quadrant] = reduce_angle(x);
  const P y = select(abs(quadrant) == 1, sin_near_zero(r), cos_near_zero(r));
  const P sign = select((quadrant == 1) | (abs(quadrant) == 2), P(-1), P(1));
  return many_turns_by([](auto a) { return std::cos(a); }, x, times_sign(y, sign));
}

template <AnyPack P>
NABLA_SIMD_INLINE P tan(P x) {
  using namespace detail;
  const auto [r, quadrant] = reduce_angle(x);
  const P s = sin_near_zero(r), c = cos_near_zero(r);
  const auto odd = abs(quadrant) == 1;
  const P y = select(odd, -c, s) / select(odd, s, c);
  return many_turns_by([](auto a) { return std::tan(a); }, x, select(x == 0, x, y));
}

}  // namespace nabla::simd
