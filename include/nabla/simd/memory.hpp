// Packs to and from memory; a part of a pack touches no element outside it.
#pragma once

#include <nabla/simd/pack.hpp>

namespace nabla::simd {

namespace detail {

/// As a pack's vector, wherever it lies.
template <AnyPack P>
struct Unaligned {
  typedef typename P::Number Vector
      __attribute__((vector_size(sizeof(typename P::Vector)), may_alias, aligned(alignof(typename P::Number))));
};

/// A mask register.
template <Real T>
using LaneBits = std::conditional_t<std::same_as<T, float>, std::uint16_t, std::uint8_t>;

/// A window of n words of ones, from the right place: the lane masks of AVX2.
template <class Word>
alignas(64) inline constexpr Word ones_then_zeros[64 / sizeof(Word)] = {};
template <>
alignas(64) inline constexpr std::int32_t ones_then_zeros<std::int32_t>[16] = {-1, -1, -1, -1, -1, -1, -1, -1};
template <>
alignas(64) inline constexpr std::int64_t ones_then_zeros<std::int64_t>[8] = {-1, -1, -1, -1};

/// By the instruction for one number: of a wide vector's element g++ makes a detour over the stack.
template <AnyPack P>
NABLA_SIMD_CHECKED_INLINE P load_one(const typename P::Number* from) {
  typename P::Vector x{};
#if NABLA_SIMD_ASM
  if constexpr (P::level != Level::plain) {
    if constexpr (std::same_as<typename P::Number, float>)
      asm("vmovss %1, %x0" : "=v"(x) : "m"(*from));
    else
      asm("vmovsd %1, %x0" : "=v"(x) : "m"(*from));
    return x;
  }
#endif
  x[0] = *from;
  return x;
}
template <AnyPack P>
NABLA_SIMD_CHECKED_INLINE void store_one(typename P::Number* to, P value) {
#if NABLA_SIMD_ASM
  if constexpr (P::level != Level::plain) {
    if constexpr (std::same_as<typename P::Number, float>)
      asm("vmovss %x1, %0" : "=m"(*to) : "v"(value.v));
    else
      asm("vmovsd %x1, %0" : "=m"(*to) : "v"(value.v));
    return;
  }
#endif
  *to = value.v[0];
}

}  // namespace detail

template <AnyPack P>
NABLA_SIMD_CHECKED_INLINE P load(const typename P::Number* from) {
  const typename P::Vector x = *reinterpret_cast<const typename detail::Unaligned<P>::Vector*>(from);
  return x;
}
template <AnyPack P>
NABLA_SIMD_CHECKED_INLINE void store(typename P::Number* to, P x) {
  *reinterpret_cast<typename detail::Unaligned<P>::Vector*>(to) = x.v;
}

namespace detail {
/// As load_part, without a branch for n = 1: by a mask where there is assembly for it.
template <AnyPack P>
NABLA_SIMD_CHECKED_INLINE P load_lanes(const typename P::Number* from, std::int64_t n) {
  typename P::Vector x{};
#if NABLA_SIMD_ASM
  using T = typename P::Number;
  const typename Unaligned<P>::Vector& memory = *reinterpret_cast<const typename Unaligned<P>::Vector*>(from);
  if constexpr (P::level == Level::avx512) {
    const auto lanes = static_cast<LaneBits<T>>((1u << n) - 1);
    if constexpr (std::same_as<T, float>)
      asm("vmovups %1, %0%{%2%}%{z%}" : "=v"(x) : "m"(memory), "Yk"(lanes));
    else
      asm("vmovupd %1, %0%{%2%}%{z%}" : "=v"(x) : "m"(memory), "Yk"(lanes));
    return x;
  } else if constexpr (P::level == Level::avx2) {
    using Word = IntegerOf<T>;
    typedef Word Lanes __attribute__((vector_size(32), aligned(sizeof(Word)), may_alias));
    const typename P::Bits lanes = *reinterpret_cast<const Lanes*>(ones_then_zeros<Word> + P::size - n);
    if constexpr (std::same_as<T, float>)
      asm("vmaskmovps %1, %2, %0" : "=x"(x) : "m"(memory), "x"(lanes));
    else
      asm("vmaskmovpd %1, %2, %0" : "=x"(x) : "m"(memory), "x"(lanes));
    return x;
  }
#endif
  for (int i = 0; i < P::size; ++i)
    if (i < n) x[i] = from[i];
  return x;
}
}  // namespace detail

/// The first n elements, 1 ≤ n ≤ P::size; the other lanes hold 0.
template <AnyPack P>
NABLA_SIMD_CHECKED_INLINE P load_part(const typename P::Number* from, std::int64_t n) {
  return n == 1 ? detail::load_one<P>(from) : detail::load_lanes<P>(from, n);
}

template <AnyPack P>
NABLA_SIMD_CHECKED_INLINE void store_part(typename P::Number* to, P value, std::int64_t n) {
  typename P::Vector x = value.v;
  if (n == 1) return detail::store_one(to, value);
#if NABLA_SIMD_ASM
  using T = typename P::Number;
  typename detail::Unaligned<P>::Vector& memory = *reinterpret_cast<typename detail::Unaligned<P>::Vector*>(to);
  if constexpr (P::level == Level::avx512) {
    const auto lanes = static_cast<detail::LaneBits<T>>((1u << n) - 1);
    if constexpr (std::same_as<T, float>)
      asm("vmovups %1, %0%{%2%}" : "+m"(memory) : "v"(x), "Yk"(lanes));
    else
      asm("vmovupd %1, %0%{%2%}" : "+m"(memory) : "v"(x), "Yk"(lanes));
    return;
  } else if constexpr (P::level == Level::avx2) {
    using Word = IntegerOf<T>;
    typedef Word Lanes __attribute__((vector_size(32), aligned(sizeof(Word)), may_alias));
    const typename P::Bits lanes = *reinterpret_cast<const Lanes*>(detail::ones_then_zeros<Word> + P::size - n);
    if constexpr (std::same_as<T, float>)
      asm("vmaskmovps %1, %2, %0" : "+m"(memory) : "x"(x), "x"(lanes));
    else
      asm("vmaskmovpd %1, %2, %0" : "+m"(memory) : "x"(x), "x"(lanes));
    return;
  }
#endif
  for (int i = 0; i < P::size; ++i)
    if (i < n) to[i] = x[i];
}

/// The first n elements, or as many as a pack holds.
template <AnyPack P>
NABLA_SIMD_CHECKED_INLINE P load_some(const typename P::Number* from, std::int64_t n) {
  return n >= P::size ? load<P>(from) : load_part<P>(from, n);
}
template <AnyPack P>
NABLA_SIMD_CHECKED_INLINE void store_some(typename P::Number* to, P value, std::int64_t n) {
  n >= P::size ? store(to, value) : store_part(to, value, n);
}

}  // namespace nabla::simd
