#include "sparse_gemm.hpp"

#include <algorithm>
#include <bit>
#include <cstring>
#include <type_traits>

#include "product_packs.hpp"
#include "transpose_packs.hpp"

namespace nabla::kernels {
namespace {

// So many rows of b at a time, in panels of up to sixteen packs (twelve by AVX2), stay in the first cache: 32 KB of 48
// (12 KB), for so many rows of a.
constexpr std::int64_t steps_together = 32, rows_together = 128;

/// A set of steps along k.
template <class T>
using Steps = std::make_unsigned_t<simd::IntegerOf<T>>;

}  // namespace
}  // namespace nabla::kernels

namespace nabla::simd {
namespace {

/// to ← α Σ a_p · row p of the panel + β to over some steps p, for a panel of so many packs. It has n columns: of the
/// last two packs one may be empty, and one a part. A function of its own: within the loop over the rows g++ would keep
/// the sums in memory.
template <AnyPack P, int packs, class T = typename P::Number>
NABLA_SIMD_INLINE void put_sum(T alpha, const T* a, std::int64_t stride, kernels::Steps<T> steps, const T* panel,
                               T beta, T* to, std::int64_t n) {
  P sum[packs];
  unrolled<packs>([&](auto q) NABLA_SIMD_UNCHECKED_LAMBDA { sum[q] = P(0); });
  for (; steps != 0; steps &= steps - 1) {
    const std::int64_t p = std::countr_zero(steps);
    const T* const row = panel + p * (packs * P::size);
    const P factor[] = {P(a[p * stride])};  // alone it would be stored for the lambda
    unrolled<packs>([&](auto q)
                        NABLA_SIMD_UNCHECKED_LAMBDA { add_product(sum[q], factor[0], load<P>(row + q * P::size)); });
  }
  unrolled<packs>([&](auto q) NABLA_SIMD_UNCHECKED_LAMBDA {
    constexpr bool surely_whole = q + 2 < packs;
    const std::int64_t left = surely_whole ? P::size : n - q * P::size;
    if (left > 0) put(alpha, sum[q], beta, to + q * P::size, std::min<std::int64_t>(left, P::size));
  });
}

}  // namespace
}  // namespace nabla::simd

#define NABLA_SIMD_LOOPS "kernels/sparse_gemm.inc"
#include "every_level.inc"

namespace nabla::kernels {
namespace {

// Of so many elements of a, spread over its rows and columns, three eighths are to be 0: at that share the loops are
// 0.9 to 1.1 times as fast as a dense product, with a half mostly 1.3 times, with three quarters twice.
constexpr std::int64_t sample = 128, zeros_asked = 48;
/// Of a dense matrix so many are seen.
constexpr std::int64_t first_look = 16;

template <class T>
bool has_many_zeros(const Matrix<const T>& a) {
  std::int64_t zeros = 0, i = 0, p = 0;
  for (std::int64_t seen = 0; seen < sample; ++seen) {
    if (seen == first_look && zeros == 0) return false;
    zeros += a.data[i * a.row_stride + p * a.column_stride] == 0;
    if ((i += 1 + a.rows / 3) >= a.rows) i -= a.rows;
    if ((p += 1 + a.columns / 7) >= a.columns) p -= a.columns - 1;  // each round begins one further
  }
  return zeros >= zeros_asked;
}

// What has to be done once for all rows of a, and once for all columns of b, has to pay.
constexpr std::int64_t least_rows = 32, least_steps = 8;

template <class T, class Loops>
bool by(T alpha, const Matrix<const T>& a, const Matrix<const T>& b, T beta, const Matrix<T>& c) {
  if (b.column_stride != 1 || b.columns < Loops::least_columns || a.rows < least_rows || a.columns < least_steps)
    return false;
  if (!has_many_zeros(a)) return false;
  for (std::int64_t i = 0; i < c.rows; i += rows_together)
    for (std::int64_t p = 0; p < a.columns; p += steps_together) {
      const std::int64_t rows = std::min(rows_together, c.rows - i), steps = std::min(steps_together, a.columns - p);
      Loops::multiply(alpha,
                      {a.data + i * a.row_stride + p * a.column_stride, rows, steps, a.row_stride, a.column_stride},
                      {b.data + p * b.row_stride, steps, b.columns, b.row_stride, 1}, p == 0 ? beta : T{1},
                      {c.data + i * c.row_stride, rows, c.columns, c.row_stride, 1});
    }
  return true;
}

/// Not at the plain level: a BLAS is faster there, zeros or not.
template <class T>
bool by_this_level(T alpha, const Matrix<const T>& a, const Matrix<const T>& b, T beta, const Matrix<T>& c) {
  if (simd::level() == simd::Level::avx512) return by<T, simd::avx512::SparseProduct<T>>(alpha, a, b, beta, c);
  if (simd::level() == simd::Level::avx2) return by<T, simd::avx2::SparseProduct<T>>(alpha, a, b, beta, c);
  return false;
}

}  // namespace

bool sparse_gemm(float alpha, const Matrix<const float>& a, const Matrix<const float>& b, float beta,
                 const Matrix<float>& c) {
  return by_this_level(alpha, a, b, beta, c);
}
bool sparse_gemm(double alpha, const Matrix<const double>& a, const Matrix<const double>& b, double beta,
                 const Matrix<double>& c) {
  return by_this_level(alpha, a, b, beta, c);
}

}  // namespace nabla::kernels
