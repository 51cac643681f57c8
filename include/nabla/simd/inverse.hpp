// asin, acos, atan and atan2. At most 2.5 ulp, everywhere.
#pragma once

#include <limits>
#include <nabla/simd/exact.hpp>
#include <nabla/simd/rounding.hpp>

namespace nabla::simd {

namespace detail {

template <Real T>
struct Inverse;
template <>
struct Inverse<float> {
  static constexpr double half_pi = 0x1.921fb6p+0, half_pi_low = -0x1.777a5cp-25;
  // (atan(t)/t − 1)/t² for |t| ≤ tan π/8 and (asin(s)/s − 1)/s² for |s| ≤ ½ as polynomials in the square: 2⁻²⁸, 2⁻³⁰
  static constexpr double atan[] = {-0x1.555554p-2, 0x1.99970ap-3, -0x1.241ae2p-3, 0x1.b79b18p-4, -0x1.06bda6p-4};
  static constexpr double asin[] = {0x1.555554p-3, 0x1.33343cp-4, 0x1.6d58dap-5,
                                    0x1.fdcf7ap-6, 0x1.17c694p-6, 0x1.14f804p-5};
};
template <>
struct Inverse<double> {
  static constexpr double half_pi = 0x1.921fb54442d18p+0, half_pi_low = 0x1.1a62633145c07p-54;
  // 2⁻⁵⁷, 2⁻⁵⁸
  static constexpr double atan[] = {-0x1.5555555555555p-2, 0x1.999999999922fp-3,  -0x1.2492492427954p-3,
                                    0x1.c71c717c17a01p-4,  -0x1.745d09b53b700p-4, 0x1.3b12416415818p-4,
                                    -0x1.10f89f7534fe3p-4, 0x1.dfc65e60c17a8p-5,  -0x1.9ff36163f1ddap-5,
                                    0x1.3f85155a693e9p-5,  -0x1.35a683fa3d30dp-6};
  static constexpr double asin[] = {
      0x1.5555555555556p-3, 0x1.3333333332e7ep-4,  0x1.6db6db6e391f2p-5, 0x1.f1c71c19712d4p-6, 0x1.6e8bb26e12f91p-6,
      0x1.1c4d26e14f298p-6, 0x1.c9d0bb12b6de3p-7,  0x1.7815fc7e0196cp-7, 0x1.52aa8d0bd53ffp-7, 0x1.6236e1084a710p-8,
      0x1.1f67919d9e944p-6, -0x1.edc40123b6f37p-7, 0x1.d98e362fca983p-6};
};
template <AnyPack P>
using Inv = Inverse<typename P::Number>;

/// asin s = s + s³ P(s²); this is s³ P(s²) / s, for s² = z ≤ ¼.
template <AnyPack P>
NABLA_SIMD_INLINE P asin_ratio(P z) {
  return rounded(z * polynomial(z, Inv<P>::asin));
}

/// √z to twice the digits.
template <AnyPack P>
NABLA_SIMD_INLINE Double<P> two_sqrt(P z) {
  const P s = sqrt(z);
  const Double<P> square = two_product(s, s);
  const P rest = ((z - square.high) - square.low) / (s + s);
  return {s, select(z < Format<P>::smallest_normal, P(0), rest)};
}

/// turns π/2 + atan t for |t| ≤ tan π/8 and turns 0, ½, 1, 1½ or 2.
template <AnyPack P>
NABLA_SIMD_INLINE P angle(P turns, P t) {
  const P z = rounded(t * t);
  const P p = fma(rounded(z * t), polynomial(z, Inv<P>::atan), rounded(turns * Inv<P>::half_pi_low));
  return rounded(turns * Inv<P>::half_pi) + (t + p);
}

/// tan π/8 and tan 3π/8
inline constexpr double eighth = 0.41421356, three_eighths = 2.41421356;

}  // namespace detail

/// atan a is π/4 + atan((a − 1)/(a + 1)) beyond tan π/8, and π/2 − atan(1/a) beyond tan 3π/8.
template <AnyPack P>
NABLA_SIMD_INLINE P atan(P x) {
  using namespace detail;
  const P a = abs(x);
  const auto middle = a > eighth, far = a > three_eighths;
  const P t = select(far, P(-1), select(middle, a - 1, a)) / select(far, a, select(middle, a + 1, P(1)));
  return with_sign(angle(select(far, P(1), select(middle, P(0.5), P(0))), t), x);
}

/// The angle of the point (x, y): atan of |y| / |x|, whose numerator and denominator stay apart, from the other side
/// where x is negative.
template <AnyPack P>
NABLA_SIMD_INLINE P atan2(P y, P x) {
  using namespace detail;
  using Limits = std::numeric_limits<typename P::Number>;
  const auto diagonal = abs(y) == abs(x);  // also infinite, also zero
  P a = select(diagonal, select(y == 0, P(0), P(1)), abs(y)), b = select(diagonal, P(1), abs(x));
  const P unit = select(max(a, b) > Limits::max() / 4, P(0.25), P(1));  // lest a sum or a product overflow
  const auto middle = unit * a > rounded(unit * b * eighth), far = unit * a > rounded(unit * b * three_eighths);
  a = select(middle, unit * a, a), b = select(middle, unit * b, b);
  const P t = select(far, -b, select(middle, a - b, a)) / select(far, a, select(middle, a + b, b));
  const P turns = select(far, P(1), select(middle, P(0.5), P(0)));
  const auto left = with_sign(P(1), x) < 0;
  return with_sign(angle(select(left, 2 - turns, turns), select(left, -t, t)), y);
}

/// asin a is π/2 − 2 asin √((1 − a)/2) beyond ½.
template <AnyPack P>
NABLA_SIMD_INLINE P asin(P x) {
  using namespace detail;
  const P a = abs(x);
  const auto far = a > 0.5;
  const P z = select(far, (1 - a) * 0.5, rounded(a * a)), ratio = asin_ratio(z);
  const Double<P> s = two_sqrt(z);
  const P low = fma(s.high + s.high, ratio, s.low + s.low) - Inv<P>::half_pi_low;
  const P y = (Inv<P>::half_pi - (s.high + s.high)) - low;
  return with_sign(select(far, y, fma(a, ratio, a)), x);
}

/// acos x is π/2 − asin x, 2 asin √((1 − x)/2) above ½, and π less that of −x below −½.
template <AnyPack P>
NABLA_SIMD_INLINE P acos(P x) {
  using namespace detail;
  const P a = abs(x);
  const auto far = a > 0.5;
  const P z = select(far, (1 - a) * 0.5, rounded(a * a)), ratio = asin_ratio(z);
  const Double<P> s = two_sqrt(z);
  const P angle = 2 * (s.high + fma(s.high, ratio, s.low));
  const P beyond = select(x > 0, angle, 2 * Inv<P>::half_pi - (angle - 2 * Inv<P>::half_pi_low));
  return select(far, beyond, Inv<P>::half_pi - (x + fma(x, ratio, P(-Inv<P>::half_pi_low))));
}

}  // namespace nabla::simd
