#include "normalization_rows.hpp"

#include <algorithm>
#include <type_traits>

#include "lanes.hpp"

#define NABLA_SIMD_LAMBDA __attribute__((always_inline))

namespace nabla::simd {
namespace {

using kernels::PulledSums;

/// A pack, or one number at the end of a row.
template <class X, class T>
NABLA_SIMD_INLINE X at(const T* from) {
  if constexpr (AnyPack<X>)
    return load<X>(from);
  else
    return *from;
}
template <class X, class T>
NABLA_SIMD_INLINE void put(T* to, const X& x) {
  if constexpr (AnyPack<X>)
    store(to, x);
  else
    *to = x;
}

/// totals[k] += Σᵢ termₖ(i), where term(i, to) gives the terms of a pack of elements, or of one.
template <AnyPack P, int count, class F>
NABLA_SIMD_INLINE void add_sums(std::int64_t n, double (&totals)[count], F term) {
  constexpr std::int64_t block = 4096;
  for (std::int64_t i = 0; i < n;) {
    const std::int64_t end = std::min(n, i + block);
    P sum[2][count], one[count];  // two sums of each in flight
    for (int k = 0; k < count; ++k) sum[0][k] = sum[1][k] = P(0);
    for (; i + 2 * P::size <= end; i += 2 * P::size)
      for (int q = 0; q < 2; ++q) {
        term(i + q * P::size, one);
        for (int k = 0; k < count; ++k) sum[q][k] += one[k];
      }
    if (i + P::size <= end) {
      term(i, one);
      for (int k = 0; k < count; ++k) sum[0][k] += one[k];
      i += P::size;
    }
    for (int k = 0; k < count; ++k) totals[k] += static_cast<double>(sum_of_lanes(sum[0][k] + sum[1][k]));
    for (typename P::Number last[count]; i < end; ++i) {
      term(i, last);
      for (int k = 0; k < count; ++k) totals[k] += static_cast<double>(last[k]);
    }
  }
}

/// to[i] = f(i), by packs and then by single elements.
template <AnyPack P, class F, class T = typename P::Number>
NABLA_SIMD_INLINE void fill(std::int64_t n, T* to, F f) {
  std::int64_t i = 0;
  for (; i + P::size <= n; i += P::size) store(to + i, f(std::type_identity<P>{}, i));
  for (; i < n; ++i) to[i] = f(std::type_identity<T>{}, i);
}

}  // namespace
}  // namespace nabla::simd

#define NABLA_SIMD_LEVEL plain
#define NABLA_SIMD_TARGET __attribute__((flatten))
#include "normalization_rows.inc"
#if NABLA_SIMD_X86
#define NABLA_SIMD_LEVEL avx2
#define NABLA_SIMD_TARGET NABLA_SIMD_AVX2_TARGET
#include "normalization_rows.inc"
#define NABLA_SIMD_LEVEL avx512
#define NABLA_SIMD_TARGET NABLA_SIMD_AVX512_TARGET
#include "normalization_rows.inc"
#endif

namespace nabla::kernels {

template <class T>
const NormalizationRows<T>& normalization_rows() {
#if NABLA_SIMD_X86
  if (simd::level() == simd::Level::avx512) return simd::avx512::Rows<T>::all;
  if (simd::level() == simd::Level::avx2) return simd::avx2::Rows<T>::all;
#endif
  return simd::plain::Rows<T>::all;
}

template const NormalizationRows<float>& normalization_rows();
template const NormalizationRows<double>& normalization_rows();

}  // namespace nabla::kernels
