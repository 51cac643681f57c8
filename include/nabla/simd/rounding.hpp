// floor, ceil, trunc, round, min and max.
#pragma once

#include <nabla/simd/exact.hpp>

namespace nabla::simd {

/// The nearest integer; of two, the even one.
template <AnyPack P>
NABLA_SIMD_INLINE P round(P x) {
  using namespace detail;
  constexpr double integers = Format<P>::integer / 1.5;  // from here on every number is one
  const P a = abs(x);
  return select(a < integers, with_sign(rounded(a + integers) - integers, x), x);
}

/// The largest integer not above x.
template <AnyPack P>
NABLA_SIMD_INLINE P floor(P x) {
  const P n = round(x);
  return detail::with_sign(select(n > x, n - 1, n), x);
}
template <AnyPack P>
NABLA_SIMD_INLINE P ceil(P x) {
  return -floor(-x);
}
/// The integer beside x on the side of 0.
template <AnyPack P>
NABLA_SIMD_INLINE P trunc(P x) {
  return detail::with_sign(floor(abs(x)), x);
}

/// The larger and the smaller of two; a NaN where either is one.
template <AnyPack P>
NABLA_SIMD_INLINE P max(P a, P b) {
  return select((a > b) | (a != a), a, b);
}
template <AnyPack P>
NABLA_SIMD_INLINE P min(P a, P b) {
  return select((a < b) | (a != a), a, b);
}
template <AnyPack P, Number X>
NABLA_SIMD_INLINE P max(P a, X b) {
  return max(a, P(b));
}
template <AnyPack P, Number X>
NABLA_SIMD_INLINE P max(X a, P b) {
  return max(P(a), b);
}
template <AnyPack P, Number X>
NABLA_SIMD_INLINE P min(P a, X b) {
  return min(a, P(b));
}
template <AnyPack P, Number X>
NABLA_SIMD_INLINE P min(X a, P b) {
  return min(P(a), b);
}

}  // namespace nabla::simd
