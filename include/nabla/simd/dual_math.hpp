// The mathematical functions on dual numbers, under their usual names: f(v + dε) = f(v) + f'(v) d ε.
//
// f(v) and f'(v) share what they have in common. Derivatives where there is a choice are those of the operations of the
// same name: |x|' = 0 at 0, equal operands of max and min get half each, and √x has the derivative ∞ at 0.
#pragma once

#include <cmath>
#include <nabla/simd/dual.hpp>
#include <nabla/simd/math.hpp>

namespace nabla::simd {

namespace detail {

/// f(x), from f(x.v) and f'(x.v).
template <class T, int n>
NABLA_SIMD_INLINE Dual<T, n> chain(const Dual<T, n>& x, const T& value, const T& slope) {
  return {value, slope * x.d};
}
/// The same where the slope may be infinite.
template <class T, int n>
NABLA_SIMD_INLINE Dual<T, n> chain_at_pole(const Dual<T, n>& x, const T& value, const T& slope) {
  return {value, along(slope, x.d)};
}
/// f(a, b), from its partial derivatives, which may be infinite.
template <class T, int n>
NABLA_SIMD_INLINE Dual<T, n> chain(const Dual<T, n>& a, const Dual<T, n>& b, const T& value, const T& by_a,
                                   const T& by_b) {
  return {value, along(by_a, a.d) + along(by_b, b.d)};
}

/// Two functions that are each other's derivatives, but for a sign.
template <class X>
struct Both {
  X first, second;
};

template <AnyPack P>
NABLA_SIMD_INLINE Both<P> sin_cos(const P& x) {
  return {sin(x), cos(x)};
}
template <class T, int n>
NABLA_SIMD_INLINE Both<Dual<T, n>> sin_cos(const Dual<T, n>& x) {
  const Both<T> y = sin_cos(x.v);
  return {chain(x, y.first, y.second), chain(x, y.second, -y.first)};
}

template <AnyPack P>
NABLA_SIMD_INLINE Both<P> sinh_cosh(const P& x) {
  return {sinh(x), cosh(x)};
}
template <class T, int n>
NABLA_SIMD_INLINE Both<Dual<T, n>> sinh_cosh(const Dual<T, n>& x) {
  const Both<T> y = sinh_cosh(x.v);
  return {chain(x, y.first, y.second), chain(x, y.second, y.first)};
}

/// σ(x) and 1 − σ(x) = σ(−x), whose product is σ'(x).
template <AnyPack P>
NABLA_SIMD_INLINE Both<P> sigmoids(const P& x) {
  const P e = exp_of_minus_abs(x), r = 1 / (1 + e), small = e * r;
  const auto negative = x < 0;
  return {select(negative, small, r), select(negative, r, small)};
}
template <class T, int n>
NABLA_SIMD_INLINE Both<Dual<T, n>> sigmoids(const Dual<T, n>& x) {
  const Both<T> y = sigmoids(x.v);
  const T slope = y.first * y.second;
  return {chain(x, y.first, slope), chain(x, y.second, -slope)};
}

/// The derivative of t = tanh x.
template <AnyPack P>
NABLA_SIMD_INLINE P tanh_slope(const P& x, const P& t) {
  return tanh_derivative(x, t);
}
template <class T, int n>
NABLA_SIMD_INLINE Dual<T, n> tanh_slope(const Dual<T, n>&, const Dual<T, n>& t) {
  return 1 - t * t;
}

/// (2/√π) e^(−x²), the derivative of erf.
template <Numeric X>
NABLA_SIMD_INLINE X erf_slope(const X& x) {
  return 1.1283791670955125739 * exp(-(x * x));
}

}  // namespace detail

// Exponentials and logarithms.

template <class T, int n>
NABLA_SIMD_INLINE Dual<T, n> exp(const Dual<T, n>& x) {
  const T e = exp(x.v);
  return detail::chain(x, e, e);
}
template <class T, int n>
NABLA_SIMD_INLINE Dual<T, n> exp2(const Dual<T, n>& x) {
  const T e = exp2(x.v);
  return detail::chain(x, e, T(0.69314718055994530942 * e));
}
template <class T, int n>
NABLA_SIMD_INLINE Dual<T, n> expm1(const Dual<T, n>& x) {
  return detail::chain(x, expm1(x.v), exp(x.v));
}
template <class T, int n>
NABLA_SIMD_INLINE Dual<T, n> log(const Dual<T, n>& x) {
  return detail::chain_at_pole(x, log(x.v), T(1 / x.v));
}
template <class T, int n>
NABLA_SIMD_INLINE Dual<T, n> log2(const Dual<T, n>& x) {
  return detail::chain_at_pole(x, log2(x.v), T(1.4426950408889634074 / x.v));
}
template <class T, int n>
NABLA_SIMD_INLINE Dual<T, n> log10(const Dual<T, n>& x) {
  return detail::chain_at_pole(x, log10(x.v), T(0.43429448190325182765 / x.v));
}
template <class T, int n>
NABLA_SIMD_INLINE Dual<T, n> log1p(const Dual<T, n>& x) {
  return detail::chain_at_pole(x, log1p(x.v), T(1 / (1 + x.v)));
}
template <class T, int n>
NABLA_SIMD_INLINE Dual<T, n> logaddexp(const Dual<T, n>& a, const Dual<T, n>& b) {
  const detail::Both<T> share = detail::sigmoids(T(a.v - b.v));
  return detail::chain(a, b, logaddexp(a.v, b.v), share.first, share.second);
}
template <class T, int n>
NABLA_SIMD_INLINE Dual<T, n> sigmoid(const Dual<T, n>& x) {
  return detail::sigmoids(x).first;
}
template <class T, int n>
NABLA_SIMD_INLINE Dual<T, n> softplus(const Dual<T, n>& x) {
  return detail::chain(x, softplus(x.v), sigmoid(x.v));
}

// Circular and hyperbolic functions.

template <class T, int n>
NABLA_SIMD_INLINE Dual<T, n> sin(const Dual<T, n>& x) {
  return detail::sin_cos(x).first;
}
template <class T, int n>
NABLA_SIMD_INLINE Dual<T, n> cos(const Dual<T, n>& x) {
  return detail::sin_cos(x).second;
}
template <class T, int n>
NABLA_SIMD_INLINE Dual<T, n> tan(const Dual<T, n>& x) {
  const T t = tan(x.v);
  return detail::chain(x, t, T(1 + t * t));
}
template <class T, int n>
NABLA_SIMD_INLINE Dual<T, n> sinh(const Dual<T, n>& x) {
  return detail::sinh_cosh(x).first;
}
template <class T, int n>
NABLA_SIMD_INLINE Dual<T, n> cosh(const Dual<T, n>& x) {
  return detail::sinh_cosh(x).second;
}
template <class T, int n>
NABLA_SIMD_INLINE Dual<T, n> tanh(const Dual<T, n>& x) {
  const T t = tanh(x.v);
  return detail::chain(x, t, detail::tanh_slope(x.v, t));
}
template <class T, int n>
NABLA_SIMD_INLINE Dual<T, n> asin(const Dual<T, n>& x) {
  return detail::chain_at_pole(x, asin(x.v), T(1 / sqrt((1 - x.v) * (1 + x.v))));
}
template <class T, int n>
NABLA_SIMD_INLINE Dual<T, n> acos(const Dual<T, n>& x) {
  return detail::chain_at_pole(x, acos(x.v), T(-1 / sqrt((1 - x.v) * (1 + x.v))));
}
template <class T, int n>
NABLA_SIMD_INLINE Dual<T, n> atan(const Dual<T, n>& x) {
  return detail::chain(x, atan(x.v), T(1 / (1 + x.v * x.v)));
}
template <class T, int n>
NABLA_SIMD_INLINE Dual<T, n> asinh(const Dual<T, n>& x) {
  return detail::chain(x, asinh(x.v), T(1 / sqrt(1 + x.v * x.v)));
}
template <class T, int n>
NABLA_SIMD_INLINE Dual<T, n> acosh(const Dual<T, n>& x) {
  return detail::chain_at_pole(x, acosh(x.v), T(1 / sqrt((x.v - 1) * (x.v + 1))));
}
template <class T, int n>
NABLA_SIMD_INLINE Dual<T, n> atanh(const Dual<T, n>& x) {
  return detail::chain_at_pole(x, atanh(x.v), T(1 / ((1 - x.v) * (1 + x.v))));
}
/// The angle of the point (x, y).
template <class T, int n>
NABLA_SIMD_INLINE Dual<T, n> atan2(const Dual<T, n>& y, const Dual<T, n>& x) {
  const T r = 1 / (x.v * x.v + y.v * y.v);
  return detail::chain(y, x, atan2(y.v, x.v), T(x.v * r), T(-y.v * r));
}

// The error function and the normal distribution.

template <class T, int n>
NABLA_SIMD_INLINE Dual<T, n> erf(const Dual<T, n>& x) {
  return detail::chain(x, erf(x.v), detail::erf_slope(x.v));
}
template <class T, int n>
NABLA_SIMD_INLINE Dual<T, n> erfc(const Dual<T, n>& x) {
  return detail::chain(x, erfc(x.v), T(-detail::erf_slope(x.v)));
}
template <class T, int n>
NABLA_SIMD_INLINE Dual<T, n> normal_pdf(const Dual<T, n>& x) {
  const T p = normal_pdf(x.v);
  return detail::chain(x, p, T(-x.v * p));
}
template <class T, int n>
NABLA_SIMD_INLINE Dual<T, n> normal_cdf(const Dual<T, n>& x) {
  return detail::chain(x, normal_cdf(x.v), normal_pdf(x.v));
}

// Activations.

template <class T, int n>
NABLA_SIMD_INLINE Dual<T, n> logistic_density(const Dual<T, n>& x) {
  const detail::Both<Dual<T, n>> y = detail::sigmoids(x);
  return y.first * y.second;
}
template <class T, int n>
NABLA_SIMD_INLINE Dual<T, n> gelu_tanh(const Dual<T, n>& x) {
  return x * sigmoid(1.5957691216057307117 * (x + 0.044715 * (x * x * x)));
}
template <class T, int n>
NABLA_SIMD_INLINE Dual<T, n> mish(const Dual<T, n>& x) {
  return x * tanh(softplus(x));
}
template <class T, int n>
NABLA_SIMD_INLINE Dual<T, n> tanhshrink(const Dual<T, n>& x) {
  const T t = tanh(x.v);
  return detail::chain(x, tanhshrink(x.v), T(t * t));
}

// Powers.

template <class T, int n>
NABLA_SIMD_INLINE Dual<T, n> sqrt(const Dual<T, n>& x) {
  const T r = sqrt(x.v);
  return detail::chain_at_pole(x, r, T(0.5 / r));
}
template <class T, int n>
NABLA_SIMD_INLINE Dual<T, n> hypot(const Dual<T, n>& a, const Dual<T, n>& b) {
  const T r = hypot(a.v, b.v);
  return detail::chain(a, b, r, T(a.v / r), T(b.v / r));
}

namespace detail {

/// ∂aᵇ/∂b = aᵇ log a, taken as 0 where a = 0 and b ≥ 0.
template <Numeric X, class A>
NABLA_SIMD_INLINE X power_slope(const X& power, const A& a, const X& b, const X& log_a) {
  return select((value_of(X(a)) == 0) & (value_of(b) >= 0), X(0), power * log_a);
}

}  // namespace detail

template <class T, int n, Number N>
NABLA_SIMD_INLINE Dual<T, n> pow(const Dual<T, n>& x, N exponent) {
  const auto p = static_cast<double>(exponent);
  return detail::chain_at_pole(x, pow(x.v, p), p == 0 ? T(0) : T(p * pow(x.v, p - 1)));
}
template <Number N, AnyPack P>
NABLA_SIMD_INLINE P pow(N base, const P& x) {
  return pow(P(base), x);
}
template <Number N, class T, int n>
NABLA_SIMD_INLINE Dual<T, n> pow(N base, const Dual<T, n>& x) {
  const T power = pow(base, x.v);
  return detail::chain(x, power, detail::power_slope(power, base, x.v, T(std::log(static_cast<double>(base)))));
}
template <class T, int n>
NABLA_SIMD_INLINE Dual<T, n> pow(const Dual<T, n>& a, const Dual<T, n>& b) {
  const T power = pow(a.v, b.v), by_a = select(detail::value_of(b) == 0, T(0), b.v * pow(a.v, T(b.v - 1)));
  return detail::chain(a, b, power, by_a, detail::power_slope(power, a.v, b.v, log(a.v)));
}

template <class T, int n, ConstantBeside<T> X>
requires(!Number<X>) NABLA_SIMD_INLINE Dual<T, n> pow(const Dual<T, n>& a, const X& b) { return pow(a, Dual<T, n>(b)); }
template <class T, int n, ConstantBeside<T> X>
requires(!Number<X>) NABLA_SIMD_INLINE Dual<T, n> pow(const X& a, const Dual<T, n>& b) { return pow(Dual<T, n>(a), b); }

// Kinks and steps.

template <class T, int n>
NABLA_SIMD_INLINE Dual<T, n> abs(const Dual<T, n>& x) {
  using D = typename Dual<T, n>::D;
  return {abs(x.v), select(x == 0, D(0), select(x < 0, -x.d, x.d))};
}
template <class T, int n>
NABLA_SIMD_INLINE Dual<T, n> max(const Dual<T, n>& a, const Dual<T, n>& b) {
  return {max(a.v, b.v), select(a > b, a.d, select(a == b, 0.5 * (a.d + b.d), b.d))};
}
template <class T, int n>
NABLA_SIMD_INLINE Dual<T, n> min(const Dual<T, n>& a, const Dual<T, n>& b) {
  return {min(a.v, b.v), select(a < b, a.d, select(a == b, 0.5 * (a.d + b.d), b.d))};
}

template <AnyPack P>
NABLA_SIMD_INLINE P sign(const P& x) {
  return select(x > 0, 1, select(x < 0, -1, x));
}

#define NABLA_SIMD_STEP(f)                              \
  template <class T, int n>                             \
  NABLA_SIMD_INLINE Dual<T, n> f(const Dual<T, n>& x) { \
    return f(x.v);                                      \
  }
NABLA_SIMD_STEP(sign)
NABLA_SIMD_STEP(floor)
NABLA_SIMD_STEP(ceil)
NABLA_SIMD_STEP(round)
NABLA_SIMD_STEP(trunc)
#undef NABLA_SIMD_STEP

// Constants beside duals, and numbers beside packs.

#define NABLA_SIMD_MIXED_DUAL(f)                                    \
  template <class T, int n, ConstantBeside<T> X>                    \
  NABLA_SIMD_INLINE Dual<T, n> f(const Dual<T, n>& a, const X& b) { \
    return f(a, Dual<T, n>(b));                                     \
  }                                                                 \
  template <class T, int n, ConstantBeside<T> X>                    \
  NABLA_SIMD_INLINE Dual<T, n> f(const X& a, const Dual<T, n>& b) { \
    return f(Dual<T, n>(a), b);                                     \
  }
#define NABLA_SIMD_MIXED(f)                \
  template <AnyPack P, Number X>           \
  NABLA_SIMD_INLINE P f(const P& a, X b) { \
    return f(a, P(b));                     \
  }                                        \
  template <Number X, AnyPack P>           \
  NABLA_SIMD_INLINE P f(X a, const P& b) { \
    return f(P(a), b);                     \
  }
NABLA_SIMD_MIXED_DUAL(max)
NABLA_SIMD_MIXED_DUAL(min)
NABLA_SIMD_MIXED_DUAL(atan2)
NABLA_SIMD_MIXED_DUAL(hypot)
NABLA_SIMD_MIXED_DUAL(logaddexp)
NABLA_SIMD_MIXED(atan2)
NABLA_SIMD_MIXED(logaddexp)
template <Number X, AnyPack P>
NABLA_SIMD_INLINE P hypot(X a, const P& b) {
  return hypot(P(a), b);
}
#undef NABLA_SIMD_MIXED
#undef NABLA_SIMD_MIXED_DUAL

// What users expect to find beside them, for packs and duals alike.

template <Numeric X>
NABLA_SIMD_INLINE X square(const X& x) {
  return x * x;
}
template <Numeric X>
NABLA_SIMD_INLINE X relu(const X& x) {
  return select(x <= 0, 0, x);
}
/// The derivative is 1 at the bounds.
template <Numeric X, class A, class B>
NABLA_SIMD_INLINE X clamp(const X& x, const A& low, const B& high) {
  return select(x < low, low, select(x > high, high, x));
}

}  // namespace nabla::simd
