// The inverse of the normal distribution function, the same bits on every platform: nothing but + − × / and sqrt, which
// IEEE 754 rounds correctly. A translation unit that includes this is compiled with -ffp-contract=off, for a fused
// a·b + c rounds once where two operations round twice. The functions are static, so that none is linked in from a unit
// with other flags.
#pragma once

#include <bit>
#include <cmath>
#include <cstddef>
#include <cstdint>

#ifdef __clang__
#pragma STDC FP_CONTRACT OFF  // g++ knows only the flag
#endif

namespace nabla::detail {

/// c[0] + c[1] x + c[2] x² + …
template <std::size_t N>
static double polynomial(const double (&c)[N], double x) {
  double sum = c[N - 1];
  for (std::size_t i = N - 1; i-- > 0;) sum = sum * x + c[i];
  return sum;
}

/// log x for normal x > 0. With x = m 2^e and √½ ≤ m < √2, log m = 2 artanh s for s = (m − 1)/(m + 1); |s| < 0.1716, so
/// eleven terms of the series s + s³/3 + s⁵/5 + … leave a relative error below 2^-54.
static inline double portable_log(double x) {
  constexpr double series[] = {1.0,      1.0 / 3,  1.0 / 5,  1.0 / 7,  1.0 / 9, 1.0 / 11,
                               1.0 / 13, 1.0 / 15, 1.0 / 17, 1.0 / 19, 1.0 / 21};
  constexpr double ln2 = 0.693147180559945309417;
  constexpr double root2 = 1.41421356237309504880;
  constexpr std::uint64_t fraction = (std::uint64_t{1} << 52) - 1;
  constexpr std::uint64_t exponent_of_one = std::uint64_t{1023} << 52;

  const auto bits = std::bit_cast<std::uint64_t>(x);
  double m = std::bit_cast<double>((bits & fraction) | exponent_of_one);  // 1 ≤ m < 2
  double e = static_cast<double>(bits >> 52) - 1023;
  if (m >= root2) {
    m /= 2;
    e += 1;
  }
  const double s = (m - 1) / (m + 1);
  return e * ln2 + 2 * s * polynomial(series, s * s);
}

/// z with Φ(z) = p, for 2^-1022 ≤ p < 1: Wichura, *Algorithm AS 241: The percentage points of the normal distribution*,
/// Applied Statistics 37 (1988), 477–484, routine PPND16, good to about 10^-16; with the rounding of this evaluation,
/// 2^-50. The coefficients are his.
static inline double normal_quantile(double p) {
  constexpr double a[] = {3.3871328727963666080e0, 1.3314166789178437745e2, 1.9715909503065514427e3,
                          1.3731693765509461125e4, 4.5921953931549871457e4, 6.7265770927008700853e4,
                          3.3430575583588128105e4, 2.5090809287301226727e3};
  constexpr double b[] = {1.0,
                          4.2313330701600911252e1,
                          6.8718700749205790830e2,
                          5.3941960214247511077e3,
                          2.1213794301586595867e4,
                          3.9307895800092710610e4,
                          2.8729085735721942674e4,
                          5.2264952788528545610e3};
  constexpr double c[] = {1.42343711074968357734e0,  4.63033784615654529590e0, 5.76949722146069140550e0,
                          3.64784832476320460504e0,  1.27045825245236838258e0, 2.41780725177450611770e-1,
                          2.27238449892691845833e-2, 7.74545014278341407640e-4};
  constexpr double d[] = {1.0,
                          2.05319162663775882187e0,
                          1.67638483018380384940e0,
                          6.89767334985100004550e-1,
                          1.48103976427480074590e-1,
                          1.51986665636164571966e-2,
                          5.47593808499534494600e-4,
                          1.05075007164441684324e-9};
  constexpr double e[] = {6.65790464350110377720e0,  5.46378491116411436990e0,  1.78482653991729133580e0,
                          2.96560571828504891230e-1, 2.65321895265761230930e-2, 1.24266094738807843860e-3,
                          2.71155556874348757815e-5, 2.01033439929228813265e-7};
  constexpr double f[] = {1.0,
                          5.99832206555887937690e-1,
                          1.36929880922735805310e-1,
                          1.48753612908506148525e-2,
                          7.86869131145613259100e-4,
                          1.84631831751005468180e-5,
                          1.42151175831644588870e-7,
                          2.04426310338993978564e-15};

  const double q = p - 0.5;
  if (q >= -0.425 && q <= 0.425) {  // the middle: q times a rational function of q²
    const double r = 0.180625 - q * q;
    return q * polynomial(a, r) / polynomial(b, r);
  }
  const double r = std::sqrt(-portable_log(q < 0 ? p : 1 - p));  // the tails behave like √(−2 log p)
  const double z =
      r <= 5 ? polynomial(c, r - 1.6) / polynomial(d, r - 1.6) : polynomial(e, r - 5) / polynomial(f, r - 5);
  return q < 0 ? -z : z;
}

}  // namespace nabla::detail
