// Loops over the elements of a row by packs, for kernels that are compiled for several levels (see loops.inc). The last
// pack may be a part of one; it goes through the same instructions.
#pragma once

#include <algorithm>
#include <nabla/simd/memory.hpp>
#include <utility>

/// For the lambdas that are given to them.
#define NABLA_SIMD_LAMBDA __attribute__((always_inline))

namespace nabla::simd {

namespace detail {
template <Real T>
alignas(64) inline constexpr T counted[16] = {0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15};
}

/// 0, 1, 2, …
template <AnyPack P>
NABLA_SIMD_INLINE P lane_numbers() {
  return load<P>(detail::counted<typename P::Number>);
}

/// Where a loop stands: at element i, with n elements left, where they are less than a pack.
template <AnyPack P, bool whole>
struct Here {
  using T = typename P::Number;

  /// The pack of x that begins there.
  NABLA_SIMD_INLINE P operator()(const T* x) const {
    if constexpr (whole)
      return load<P>(x + i);
    else
      return load_part<P>(x + i, n);
  }
  NABLA_SIMD_INLINE void put(T* to, P x) const {
    if constexpr (whole)
      store(to + i, x);
    else
      store_part(to + i, x, n);
  }
  /// x, and something else where there is no element.
  NABLA_SIMD_INLINE P only(P x, T otherwise = 0) const {
    if constexpr (whole)
      return x;
    else
      return select(lane_numbers<P>() < static_cast<T>(n), x, otherwise);
  }
  std::int64_t i;
  std::int64_t n;
};

/// f(here) for n elements.
template <AnyPack P, class F>
NABLA_SIMD_INLINE void for_each_pack(std::int64_t n, F f) {
  std::int64_t i = 0;
  for (; i + P::size <= n; i += P::size) f(Here<P, true>{i, P::size});
  if (i < n) f(Here<P, false>{i, n - i});
}

/// f of all lanes, in pairs: of the lower half with the upper one, then of the quarters, and so on.
template <int width, AnyPack P, class F>
NABLA_SIMD_INLINE P folded(P x, F f) {
  if constexpr (width == 0) {
    return x;
  } else {
    const P upper = [&]<int... lane>(std::integer_sequence<int, lane...>) NABLA_SIMD_LAMBDA {
      return P(__builtin_shufflevector(x.v, x.v, (lane + width) % P::size...));
    }
    (std::make_integer_sequence<int, P::size>());
    return folded<width / 2>(f(x, upper), f);
  }
}
template <AnyPack P, class F>
NABLA_SIMD_INLINE typename P::Number fold_lanes(P x, F f) {
  typename P::Number result;
  detail::store_one(&result, folded<P::size / 2>(x, f));
  return result;
}

template <AnyPack P>
NABLA_SIMD_INLINE typename P::Number sum_of_lanes(P x) {
  return fold_lanes(x, [](P a, P b) NABLA_SIMD_LAMBDA { return a + b; });
}

/// totals[k] += Σ termₖ, where term(here, to) sets the terms. They are added up in blocks, and the blocks in double.
template <AnyPack P, int count, class F>
NABLA_SIMD_INLINE void add_sums(std::int64_t n, double (&totals)[count], F term) {
  constexpr std::int64_t block = 4096;
  for (std::int64_t i = 0; i < n;) {
    const std::int64_t end = std::min(n, i + block);
    P sum[2][count], one[count];  // two sums of each in flight
    for (int k = 0; k < count; ++k) sum[0][k] = sum[1][k] = P(0);
    for (; i + 2 * P::size <= end; i += 2 * P::size)
      for (int q = 0; q < 2; ++q) {
        term(Here<P, true>{i + q * P::size, P::size}, one);
        for (int k = 0; k < count; ++k) sum[q][k] += one[k];
      }
    if (i + P::size <= end) {
      term(Here<P, true>{i, P::size}, one);
      for (int k = 0; k < count; ++k) sum[0][k] += one[k];
      i += P::size;
    }
    if (i < end) {
      const Here<P, false> last{i, end - i};
      term(last, one);
      for (int k = 0; k < count; ++k) sum[1][k] += last.only(one[k]);
      i = end;
    }
    for (int k = 0; k < count; ++k) totals[k] += static_cast<double>(sum_of_lanes(sum[0][k] + sum[1][k]));
  }
}

}  // namespace nabla::simd
