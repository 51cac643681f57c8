// The building blocks of the mathematical functions: one rounding where one is meant, none where none is allowed.
//
// Results must not depend on the file a function is inlined into. So no product here or in the functions built on it is
// left for the compiler to contract into a fused multiply-add: either fma says so, or rounded() stands between, or the
// product is exact.
#pragma once

#include <nabla/simd/pack.hpp>
#include <utility>

namespace nabla::simd {

namespace detail {

/// x, as a value that the compiler may not fuse with what follows.
template <AnyPack P>
NABLA_SIMD_INLINE P rounded(P x) {
#if NABLA_SIMD_ASM
  if constexpr (P::level != Level::plain) {
    asm("" : "+v"(x.v));
    return x;
  }
#endif
#if defined(__x86_64__)
  if constexpr (P::level == Level::plain) asm("" : "+x"(x.v));
#elif defined(__aarch64__)
  asm("" : "+w"(x.v));
#endif
  return x;  // clang fuses nothing beyond one expression
}

/// a b + c: rounded once at the AVX levels, twice at the plain one.
template <AnyPack P>
NABLA_SIMD_INLINE P fma(P a, P b, P c) {
#if NABLA_SIMD_ASM
  if constexpr (P::level != Level::plain) {
    if constexpr (std::same_as<typename P::Number, float>)
      asm("vfmadd213ps %2, %1, %0" : "+v"(a.v) : "v"(b.v), "vm"(c.v));
    else
      asm("vfmadd213pd %2, %1, %0" : "+v"(a.v) : "v"(b.v), "vm"(c.v));
    return a;
  } else
#elif NABLA_SIMD_X86
#pragma clang fp contract(on)
  if constexpr (P::level != Level::plain) {
    return a.v * b.v + c.v;
  } else
#endif
    return rounded(a * b) + c;
}
template <AnyPack P>
NABLA_SIMD_INLINE P fma(P a, P b, double c) {
  return fma(a, b, P(c));
}
template <AnyPack P>
NABLA_SIMD_INLINE P fma(P a, double b, P c) {
  return fma(a, P(b), c);
}

/// c₀ + c₁x + c₂x² + …, by Horner's rule.
template <AnyPack P, class C, std::size_t n>
NABLA_SIMD_INLINE P horner(P x, const C (&c)[n]) {
  P y(c[n - 1]);
  [&]<std::size_t... i>(std::index_sequence<i...>) __attribute__((always_inline)) {
    ((y = fma(y, x, P(c[n - 2 - i]))), ...);
  }
  (std::make_index_sequence<n - 1>());
  return y;
}

/// cᵢ + cᵢ₊₁x, and below cᵢ + cᵢ₊₁x + cᵢ₊₂x² + … in fours.
template <std::size_t i, AnyPack P, class C, std::size_t n>
NABLA_SIMD_INLINE P two_terms(P x, const C (&c)[n]) {
  if constexpr (i + 1 < n)
    return fma(x, P(c[i + 1]), P(c[i]));
  else
    return P(c[i]);
}
template <std::size_t i, AnyPack P, class C, std::size_t n>
NABLA_SIMD_INLINE P by_fours(P x, P x2, P x4, const C (&c)[n]) {
  P sum = two_terms<i>(x, c);
  if constexpr (i + 2 < n) sum = fma(x2, two_terms<i + 2>(x, c), sum);
  if constexpr (i + 4 < n) sum = fma(x4, by_fours<i + 4>(x, x2, x4, c), sum);
  return sum;
}

/// c₀ + c₁x + c₂x² + … Where it is long, by parts that need not wait for each other (Estrin 1960), for two
/// multiplications more.
template <AnyPack P, class C, std::size_t n>
NABLA_SIMD_INLINE P polynomial(P x, const C (&c)[n]) {
  if constexpr (n < 8) {
    return horner(x, c);
  } else {
    const P x2 = rounded(x * x);
    return by_fours<0>(x, x2, rounded(x2 * x2), c);
  }
}

/// The bits of a pack, as signed integers. In a struct, because compilers warn of functions that return vectors.
template <AnyPack P>
struct Bits {
  typename P::Bits v;
};
template <AnyPack P>
NABLA_SIMD_INLINE Bits<P> bits(P x) {
  return {reinterpret_cast<typename P::Bits>(x.v)};
}
template <AnyPack P>
NABLA_SIMD_INLINE P from_bits(const typename P::Bits& b) {
  return reinterpret_cast<typename P::Vector>(b);
}

/// The shape of IEEE numbers.
template <Real T>
struct Ieee;
template <>
struct Ieee<float> {
  static constexpr int mantissa = 23, bias = 127;
  static constexpr std::int32_t sign = INT32_MIN;
  static constexpr float smallest_normal = 0x1p-126f;
  static constexpr float integer = 0x1.8p23f;  // x + integer − integer is x rounded to an integer
  static constexpr std::int32_t upper_half = ~0xfff;
};
template <>
struct Ieee<double> {
  static constexpr int mantissa = 52, bias = 1023;
  static constexpr std::int64_t sign = INT64_MIN;
  static constexpr double smallest_normal = 0x1p-1022;
  static constexpr double integer = 0x1.8p52;
  static constexpr std::int64_t upper_half = ~0x7ffffff;
};
template <AnyPack P>
using Format = Ieee<typename P::Number>;

/// |x| < 2²² (f32), 2⁵¹ (f64).
template <AnyPack P>
NABLA_SIMD_INLINE P nearest_integer(P x) {
  return rounded(x + Format<P>::integer) - Format<P>::integer;
}

/// 2ⁿ for an integral n with a normal result.
template <AnyPack P>
NABLA_SIMD_INLINE P power_of_two(P n) {
  return from_bits<P>(bits(n + (Format<P>::integer + Format<P>::bias)).v << Format<P>::mantissa);
}

/// x 2ⁿ, rounded once, for an integral n up to twice the range of exponents.
template <AnyPack P>
NABLA_SIMD_INLINE P scale(P x, P n) {
#if NABLA_SIMD_ASM
  if constexpr (P::level == Level::avx512) {
    if constexpr (std::same_as<typename P::Number, float>)
      asm("vscalefps %1, %0, %0" : "+v"(x.v) : "v"(n.v));
    else
      asm("vscalefpd %1, %0, %0" : "+v"(x.v) : "v"(n.v));
    return x;
  } else
#endif
  {
    const P half = nearest_integer(n * 0.5);
    return rounded(x * power_of_two(half)) * power_of_two(n - half);
  }
}

/// x with the sign of s.
template <AnyPack P>
NABLA_SIMD_INLINE P with_sign(P x, P s) {
  constexpr auto sign = Format<P>::sign;
  return from_bits<P>((bits(x).v & ~sign) | (bits(s).v & sign));
}
/// −|x|
template <AnyPack P>
NABLA_SIMD_INLINE P minus_abs(P x) {
  return from_bits<P>(bits(x).v | Format<P>::sign);
}
/// x, negated where s is negative.
template <AnyPack P>
NABLA_SIMD_INLINE P times_sign(P x, P s) {
  return from_bits<P>(bits(x).v ^ (bits(s).v & Format<P>::sign));
}

/// A sum of two packs: more digits than one holds.
template <AnyPack P>
struct Double {
  P high, low;
};
/// A constant to more digits than a T holds.
template <Real T>
struct Constant {
  T high, low;
  constexpr Constant(T h, T l) : high(h), low(l) {}
  constexpr explicit Constant(long double c)
      : high(static_cast<T>(c)), low(static_cast<T>(c - static_cast<long double>(static_cast<T>(c)))) {}
};

/// a + b exactly, for |a| ≥ |b|.
template <AnyPack P>
NABLA_SIMD_INLINE Double<P> fast_two_sum(P a, P b) {
  const P s = rounded(a + b);
  return {s, b - (s - a)};
}
/// a + b exactly.
template <AnyPack P>
NABLA_SIMD_INLINE Double<P> two_sum(P a, P b) {
  const P s = rounded(a + b), t = rounded(s - a);
  return {s, (a - (s - t)) + (b - t)};
}
/// a b exactly, unless it is subnormal or too large.
template <AnyPack P>
NABLA_SIMD_INLINE Double<P> two_product(P a, P b) {
  const P p = rounded(a * b);
  if constexpr (P::level != Level::plain) return {p, fma(a, b, -p)};
  constexpr auto upper = Format<P>::upper_half;  // half of the digits: products of halves are exact
  const P a1 = from_bits<P>(bits(a).v & upper), a2 = a - a1, b1 = from_bits<P>(bits(b).v & upper), b2 = b - b1;
  return {p, ((a1 * b1 - p) + rounded(a1 * b2) + rounded(a2 * b1)) + rounded(a2 * b2)};
}

/// a b to twice the digits; two_product alone is exact.
template <AnyPack P>
NABLA_SIMD_INLINE Double<P> product(const Double<P>& a, const Double<P>& b) {
  const Double<P> p = two_product(a.high, b.high);
  return {p.high, fma(a.high, b.low, fma(a.low, b.high, p.low))};
}
template <AnyPack P>
NABLA_SIMD_INLINE Double<P> product(const Double<P>& a, const Constant<typename P::Number>& b) {
  return product(a, Double<P>{P(b.high), P(b.low)});
}

#if NABLA_SIMD_ASM
#define NABLA_SIMD_BOUND(op)                                       \
  typename P::Vector y = b.v;                                      \
  constexpr bool single = std::same_as<typename P::Number, float>; \
  if constexpr (P::level == Level::plain && single)                \
    asm(op "ps %1, %0" : "+x"(y) : "x"(x.v));                      \
  else if constexpr (P::level == Level::plain)                     \
    asm(op "pd %1, %0" : "+x"(y) : "x"(x.v));                      \
  else if constexpr (single)                                       \
    asm("v" op "ps %1, %2, %0" : "=v"(y) : "v"(x.v), "v"(b.v));    \
  else                                                             \
    asm("v" op "pd %1, %2, %0" : "=v"(y) : "v"(x.v), "v"(b.v));    \
  return y
#endif

/// The smaller of x and a bound, the larger of x and a bound; a NaN stays one.
template <AnyPack P>
NABLA_SIMD_INLINE P at_most(P x, double bound) {
  const P b(bound);
#if NABLA_SIMD_ASM
  NABLA_SIMD_BOUND("min");
#else
  return select(b < x, b, x);
#endif
}
template <AnyPack P>
NABLA_SIMD_INLINE P at_least(P x, double bound) {
  const P b(bound);
#if NABLA_SIMD_ASM
  NABLA_SIMD_BOUND("max");
#else
  return select(b > x, b, x);
#endif
}
#undef NABLA_SIMD_BOUND

/// Half of a plain pack of floats as doubles: the lower one (0), the upper one (1).
NABLA_SIMD_INLINE Pack<double, Level::plain> half_of(Pack<float, Level::plain> x, int i) {
  Pack<double, Level::plain> y;
  y.v[0] = static_cast<double>(x.v[2 * i]);
  y.v[1] = static_cast<double>(x.v[2 * i + 1]);
  return y;
}
/// Two of doubles, rounded to one of floats.
NABLA_SIMD_INLINE Pack<float, Level::plain> join(Pack<double, Level::plain> lower, Pack<double, Level::plain> upper) {
  Pack<float, Level::plain> y;
  for (int i = 0; i < 2; ++i) {
    y.v[i] = static_cast<float>(lower.v[i]);
    y.v[2 + i] = static_cast<float>(upper.v[i]);
  }
  return y;
}

}  // namespace detail

template <AnyPack P>
NABLA_SIMD_INLINE P abs(P x) {
  return detail::from_bits<P>(detail::bits(x).v & ~detail::Format<P>::sign);
}

template <AnyPack P>
NABLA_SIMD_INLINE P sqrt(P x) {
  constexpr bool single = std::same_as<typename P::Number, float>;
#if defined(__x86_64__)
  if constexpr (P::level == Level::plain) {
    if constexpr (single)
      asm("sqrtps %0, %0" : "+x"(x.v));
    else
      asm("sqrtpd %0, %0" : "+x"(x.v));
    return x;
  }
#endif
#if NABLA_SIMD_ASM
  if constexpr (single)
    asm("vsqrtps %0, %0" : "+v"(x.v));
  else
    asm("vsqrtpd %0, %0" : "+v"(x.v));
  return x;
#elif NABLA_SIMD_X86
  typedef typename P::Number Quarter __attribute__((vector_size(16), may_alias));
  for (std::size_t i = 0; i < sizeof(x) / 16; ++i) {
    Quarter& q = reinterpret_cast<Quarter*>(&x.v)[i];
    if constexpr (single)
      asm("vsqrtps %0, %0" : "+x"(q));
    else
      asm("vsqrtpd %0, %0" : "+x"(q));
  }
  return x;
#else
  for (int i = 0; i < P::size; ++i) x.v[i] = single ? __builtin_sqrtf(x.v[i]) : __builtin_sqrt(x.v[i]);
  return x;
#endif
}

}  // namespace nabla::simd
