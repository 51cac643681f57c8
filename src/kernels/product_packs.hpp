// What loops of matrix products do with packs.
#pragma once

#include <nabla/simd/exact.hpp>
#include <nabla/simd/memory.hpp>

namespace nabla::simd {

/// sum ← sum + a b, rounded as fma, in the register that holds the sum: with many sums none is left for a copy.
template <AnyPack P>
NABLA_SIMD_INLINE void add_product(P& sum, P a, P b) {
#if NABLA_SIMD_ASM
  if constexpr (P::level != Level::plain) {
    if constexpr (std::same_as<typename P::Number, float>)
      asm("vfmadd231ps %2, %1, %0" : "+v"(sum.v) : "v"(a.v), "vm"(b.v));
    else
      asm("vfmadd231pd %2, %1, %0" : "+v"(sum.v) : "v"(a.v), "vm"(b.v));
    return;
  }
#endif
  sum = detail::fma(a, b, sum);
}

/// to ← α sum + β to, for a pack or the first `some` elements.
template <AnyPack P, class T = typename P::Number>
NABLA_SIMD_INLINE void put(T alpha, P sum, T beta, T* to, std::int64_t some) {
  P y = detail::rounded(alpha * sum);
  if (some == P::size) {
    if (beta != 0) y = y + detail::rounded(beta * load<P>(to));
    store(to, y);
  } else {
    if (beta != 0) y = y + detail::rounded(beta * load_part<P>(to, some));
    store_part(to, y, some);
  }
}

}  // namespace nabla::simd
