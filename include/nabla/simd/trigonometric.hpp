// sin, cos and tan. At most 2.5 ulp, everywhere.
//
// sin x = ± sin r with r = x − kπ, and cos x = ± sin r with r = x − kπ − π/2. π/2 stands in pieces whose products with
// an integer can be worked out exactly; the few lanes with |x| beyond their reach go through the C library, whose
// reduction knows π to a thousand digits.
#pragma once

#include <cmath>
#include <limits>
#include <nabla/simd/exact.hpp>
#include <nabla/simd/memory.hpp>

namespace nabla::simd {

namespace detail {

inline constexpr double inverse_pi = 0x1.45f306dc9c883p-2;
inline constexpr double half_pi_33[] = {0x1.921fb544p+0, 0x1.0b4611a6p-34, 0x1.3198a2ep-69, 0x1.b839a252049c1p-104};

template <Real T>
struct Circular;
template <>
struct Circular<float> {
  static constexpr double reach = 0x1p16, tiny = 0x1p-13;  // cos x = 1
  static constexpr double half_pi[] = {0x1.921fb6p+0, -0x1.777a5cp-25, -0x1.ee59dap-50};
  // (sin(r)/r − 1)/r² for |r| ≤ π/2 and (cos(r) − 1 + ½r²)/r⁴ for |r| ≤ π/4, as polynomials in r²: 2⁻³⁰ and better
  static constexpr double s[] = {-0x1.555556p-3, 0x1.11110cp-7, -0x1.a017b6p-13, 0x1.716954p-19, -0x1.99a144p-26};
  static constexpr double c[] = {0x1.555554p-5, -0x1.6c12bcp-10, 0x1.9bcc48p-16};
};
template <>
struct Circular<double> {
  static constexpr double reach = 0x1p20, tiny = 0x1p-27;
  static constexpr double half_pi[] = {0x1.921fb54442d18p+0, 0x1.1a62633145c07p-54, -0x1.f1976b7ed8fbcp-110};
  // 2⁻⁵⁹ and better
  static constexpr double s[] = {-0x1.5555555555555p-3,  0x1.11111111110cap-7,   -0x1.a01a01a014820p-13,
                                 0x1.71de3a52569c8p-19,  -0x1.ae6454a53c048p-26, 0x1.6123be963455bp-33,
                                 -0x1.ae3f3e95d70e3p-41, 0x1.87b4db1e88d52p-49};
  static constexpr double c[] = {0x1.5555555555555p-5,   -0x1.6c16c16c1693fp-10, 0x1.a01a019f457b1p-16,
                                 -0x1.27e4fa0c213e0p-22, 0x1.1eeb5ce24e0bbp-29,  -0x1.907516db0d093p-37};
};
template <AnyPack P>
using Circle = Circular<typename P::Number>;

/// x − n π/2. With fused multiply-add the first difference is exact, and so is the error of the second product.
template <AnyPack P>
NABLA_SIMD_INLINE Double<P> minus_quarters(P x, P n) {
  const P first = fma(-n, Circle<P>::half_pi[0], x);
  const Double<P> product = two_product(n, P(Circle<P>::half_pi[1])), second = two_sum(first, -product.high);
  return {second.high, fma(-n, Circle<P>::half_pi[2], second.low - product.low)};
}
/// Without it, pieces of 33 bits have exact products.
template <>
NABLA_SIMD_INLINE Double<Pack<double, Level::plain>> minus_quarters(Pack<double, Level::plain> x,
                                                                    Pack<double, Level::plain> n) {
  const auto first = x - rounded(n * half_pi_33[0]);
  const auto second = two_sum(first, -rounded(n * half_pi_33[1]));
  const auto third = two_sum(second.high, -rounded(n * half_pi_33[2]));
  return fast_two_sum(third.high, (second.low + third.low) - rounded(n * half_pi_33[3]));
}
/// f32 in f64: two pieces are enough.
template <>
NABLA_SIMD_INLINE Double<Pack<float, Level::plain>> minus_quarters(Pack<float, Level::plain> x,
                                                                   Pack<float, Level::plain> n) {
  const auto half = [&](int i) __attribute__((always_inline)) {
    const auto turns = half_of(n, i);
    return (half_of(x, i) - rounded(turns * half_pi_33[0])) - rounded(turns * half_pi_33[1]);
  };
  const auto lower = half(0), upper = half(1);
  const auto r = join(lower, upper);
  return {r, join(lower - half_of(r, 0), upper - half_of(r, 1))};
}

/// sin r for |r| ≤ π/2, as r and what is to be added to it.
template <AnyPack P>
NABLA_SIMD_INLINE Double<P> sin_parts(const Double<P>& r) {
  const P x = r.high, z = rounded(x * x), p = polynomial(z, Circle<P>::s);
  return {x, fma(rounded(z * x), p, fma(rounded(z * -0.5), r.low, r.low))};
}
/// Never beyond ±1, whatever the last digit.
template <AnyPack P>
NABLA_SIMD_INLINE P sin_of(const Double<P>& r) {
  const Double<P> s = sin_parts(r);
  return at_least(at_most(s.high + s.low, 1), -1);
}
/// cos r for |r| ≤ π/4: 1 − ½r² is rounded, and what that takes away is put back.
template <AnyPack P>
NABLA_SIMD_INLINE Double<P> cos_parts(const Double<P>& r) {
  const P x = r.high, z = rounded(x * x), p = polynomial(z, Circle<P>::c), half = rounded(z * 0.5);
  const P w = 1 - half;
  return {w, fma(rounded(z * z), p, ((1 - w) - half) - rounded(x * r.low))};
}

/// x, negated where the integer k is odd.
template <AnyPack P>
NABLA_SIMD_INLINE P alternate(P x, P k) {
  return times_sign(x, from_bits<P>(bits(k + Format<P>::integer).v << (8 * sizeof(typename P::Number) - 1)));
}

/// y[i] = f(x[i]) where |x[i]| is not within the reach; a function of its own, so that packs stay in registers.
template <class F, Real T>
[[gnu::noinline, gnu::cold]] void one_by_one(F f, int n, const T* x, T* y) {
  for (int i = 0; i < n; ++i)
    if (!(std::fabs(x[i]) < static_cast<T>(Circular<T>::reach))) y[i] = f(x[i]);
}
/// y, but f(x) where |x| is too large for the reduction, and NaN where it is not finite.
template <class F, AnyPack P>
NABLA_SIMD_INLINE P beyond_reach(F f, P x, P y) {
  if (!any(!(abs(x) < Circle<P>::reach))) [[likely]]
    return y;
  typename P::Number from[P::size], to[P::size];
  store(from, x);
  store(to, y);
  one_by_one(f, P::size, from, to);
  return load<P>(to);
}

}  // namespace detail

template <AnyPack P>
NABLA_SIMD_INLINE P sin(P x) {
  using namespace detail;
  const P k = nearest_integer(rounded(x * inverse_pi));
  const P y = alternate(sin_of(minus_quarters(x, k + k)), k);
  return beyond_reach([](auto a) { return std::sin(a); }, x, select(x == 0, x, y));
}

template <AnyPack P>
NABLA_SIMD_INLINE P cos(P x) {
  using namespace detail;
  const P k = nearest_integer(fma(x, inverse_pi, P(-0.5)));
  const P y = alternate(sin_of(minus_quarters(x, (k + k) + 1)), k + 1);
  return beyond_reach([](auto a) { return std::cos(a); }, x, select(abs(x) < Circle<P>::tiny, 1, y));
}

template <AnyPack P>
NABLA_SIMD_INLINE P tan(P x) {
  using namespace detail;
  const P n = nearest_integer(rounded(x * (2 * inverse_pi)));
  const Double<P> r = minus_quarters(x, n);
  const Double<P> sine = sin_parts(r), cosine = cos_parts(r);
  const Double<P> s = fast_two_sum(sine.high, sine.low), c = fast_two_sum(cosine.high, cosine.low);
  const auto odd = alternate(P(1), n) < 0;
  const P over = select(odd, -c.high, s.high), under = select(odd, s.high, c.high), inverse = 1 / under;
  const P quotient = rounded(over * inverse);
  const Double<P> back = two_product(quotient, under);
  const P lost = select(odd, -c.low, s.low) - rounded(quotient * select(odd, s.low, c.low));
  const P y = fma((over - back.high) - back.low + lost, inverse, quotient);
  return beyond_reach([](auto a) { return std::tan(a); }, x, select(x == 0, x, y));
}

}  // namespace nabla::simd
