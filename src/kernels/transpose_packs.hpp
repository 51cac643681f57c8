// Packs as the rows of a square matrix: its transpose, and the sums of its rows, in registers.
#pragma once

#include <nabla/simd/memory.hpp>
#include <type_traits>
#include <utility>

/// For lambdas by which arrays of packs are gone through: with what sanitizers add to each, a file of unrolled loops
/// takes g++ minutes.
#define NABLA_SIMD_UNCHECKED_LAMBDA __attribute__((always_inline, no_sanitize("address", "undefined")))

namespace nabla::simd {

/// f(0), f(1), …, f(n − 1), whose arguments are constants: with them arrays of packs stay in registers.
template <int n, class F>
NABLA_SIMD_INLINE void unrolled(F f) {
  [&]<int... i>(std::integer_sequence<int, i...>) NABLA_SIMD_UNCHECKED_LAMBDA {
    (f(std::integral_constant<int, i>()), ...);
  }
  (std::make_integer_sequence<int, n>());
}

namespace detail {

/// As many lanes as 16 bytes hold: within these, registers shuffle most cheaply.
template <AnyPack P>
inline constexpr int lanes_together = 16 / static_cast<int>(sizeof(typename P::Number));

/// Lane l of the result is lane Lane::of(l) of a and b, one behind the other.
template <class Lane, AnyPack P>
NABLA_SIMD_INLINE P shuffle(P a, P b) {
  return [&]<std::size_t... l>(std::index_sequence<l...>) NABLA_SIMD_UNCHECKED_LAMBDA {
    return P(__builtin_shufflevector(a.v, b.v, Lane::of(static_cast<int>(l))...));
  }
  (std::make_index_sequence<static_cast<std::size_t>(P::size)>());
}

/// In every 16 bytes: the elements of the lower half of a and b by turns, or those of the upper half.
template <AnyPack P, bool upper>
struct Zipped {
  static constexpr int of(int l) {
    constexpr int lanes = lanes_together<P>;
    return l / lanes * lanes + l % lanes / 2 + (upper ? lanes / 2 : 0) + (l % 2 == 1 ? P::size : 0);
  }
};

/// Runs of h lanes by turns from a and b: the first of every two runs in both, or the second.
template <AnyPack P, int h, bool second>
struct Exchanged {
  static constexpr int of(int l) { return (second ? l | h : l & ~h) + ((l & h) != 0 ? P::size : 0); }
};

/// a and b become what they are after a step of the transposition.
template <AnyPack P>
NABLA_SIMD_INLINE void zip(P& a, P& b) {
  const P lower = shuffle<Zipped<P, false>>(a, b);
  b = shuffle<Zipped<P, true>>(a, b);
  a = lower;
}
template <int h, AnyPack P>
NABLA_SIMD_INLINE void exchange(P& a, P& b) {
  const P first = shuffle<Exchanged<P, h, false>>(a, b);
  b = shuffle<Exchanged<P, h, true>>(a, b);
  a = first;
}

/// f(i, k) for the pairs of packs that a step of the transposition takes: those whose numbers differ in the bit h
/// alone.
template <AnyPack P, int h, class F>
NABLA_SIMD_INLINE void for_pairs(F f) {
  unrolled<P::size>([&](auto i) NABLA_SIMD_UNCHECKED_LAMBDA {
    if constexpr ((i & h) == 0) f(i, i + h);
  });
}

}  // namespace detail

/// x[i] lane k ↔ x[k] lane i: first within every 16 bytes, then these as wholes.
template <AnyPack P>
NABLA_SIMD_INLINE void transpose(P (&x)[P::size]) {
  constexpr int lanes = detail::lanes_together<P>;
  const auto zip = [&](int i, int k) NABLA_SIMD_UNCHECKED_LAMBDA { detail::zip(x[i], x[k]); };
  if constexpr (lanes == 4) detail::for_pairs<P, 2>(zip);
  detail::for_pairs<P, 1>(zip);
  if constexpr (lanes < P::size)
    detail::for_pairs<P, lanes>([&](int i, int k) NABLA_SIMD_UNCHECKED_LAMBDA { detail::exchange<lanes>(x[i], x[k]); });
  if constexpr (2 * lanes < P::size)
    detail::for_pairs<P, 2 * lanes>([&](int i, int k)
                                        NABLA_SIMD_UNCHECKED_LAMBDA { detail::exchange<2 * lanes>(x[i], x[k]); });
}

/// x[k] lane q ← element k of row q, for rows that lie `stride` elements apart. There are `rows` of them, of n elements
/// or more, neither more than a pack has lanes; the other lanes hold 0.
template <AnyPack P, class T = typename P::Number>
NABLA_SIMD_INLINE void load_turned(P (&x)[P::size], const T* from, std::int64_t stride, std::int64_t rows,
                                   std::int64_t n) {
  if (rows == P::size && n == P::size)
    unrolled<P::size>([&](auto q) NABLA_SIMD_UNCHECKED_LAMBDA { x[q] = load<P>(from + q * stride); });
  else
    unrolled<P::size>([&](auto q)
                          NABLA_SIMD_UNCHECKED_LAMBDA { x[q] = q < rows ? load_some<P>(from + q * stride, n) : P(0); });
  transpose(x);
}

/// Lane i of the result is the sum of the lanes of x[i], 0 from lane `count` on: the rows of the transpose, added as
/// soon as they are known.
template <int count, AnyPack P>
NABLA_SIMD_INLINE P sums_of_lanes(const P (&x)[count]) {
  static_assert(count <= P::size);
  constexpr int lanes = detail::lanes_together<P>;
  P y[P::size];
  unrolled<P::size>([&](auto i) NABLA_SIMD_UNCHECKED_LAMBDA {
    if constexpr (i < count)
      y[i] = x[i];
    else
      y[i] = P(0);
  });
  const auto zip = [&](int i, int k) NABLA_SIMD_UNCHECKED_LAMBDA {
    detail::zip(y[i], y[k]);
    y[i] = y[i] + y[k];
  };
  if constexpr (lanes == 4) detail::for_pairs<P, 2>(zip);
  detail::for_pairs<P, 1>(zip);
  if constexpr (lanes < P::size)
    detail::for_pairs<P, lanes>([&](int i, int k) NABLA_SIMD_UNCHECKED_LAMBDA {
      detail::exchange<lanes>(y[i], y[k]);
      y[i] = y[i] + y[k];
    });
  if constexpr (2 * lanes < P::size)
    detail::for_pairs<P, 2 * lanes>([&](int i, int k) NABLA_SIMD_UNCHECKED_LAMBDA {
      detail::exchange<2 * lanes>(y[i], y[k]);
      y[i] = y[i] + y[k];
    });
  return y[0];
}

}  // namespace nabla::simd
