#include "small_gemm.hpp"

#include <nabla/simd/exact.hpp>

#include "row_loops.hpp"

namespace nabla::simd {
namespace {

template <class T>
using In = kernels::Matrix<const T>;
template <class T>
using Out = kernels::Matrix<T>;

/// `rows` rows of c from row i on, `some` columns from column j on.
template <AnyPack P, int rows, class T = typename P::Number>
NABLA_SIMD_INLINE void sum_block(T alpha, const In<T>& a, const In<T>& b, T beta, const Out<T>& c, std::int64_t i,
                                 std::int64_t j, std::int64_t some) {
  const T* left = a.data + i * a.row_stride;
  const T* right = b.data + j;
  P sum[rows];
#pragma GCC unroll 8
  for (int r = 0; r < rows; ++r) sum[r] = P(0);
  if (some == P::size) {
    for (std::int64_t p = 0; p < a.columns; ++p, left += a.column_stride, right += b.row_stride) {
      const P x = load<P>(right);
#pragma GCC unroll 8
      for (int r = 0; r < rows; ++r) sum[r] = detail::fma(P(left[r * a.row_stride]), x, sum[r]);
    }
  } else {
    for (std::int64_t p = 0; p < a.columns; ++p, left += a.column_stride, right += b.row_stride) {
      const P x = load_part<P>(right, some);
#pragma GCC unroll 8
      for (int r = 0; r < rows; ++r) sum[r] = detail::fma(P(left[r * a.row_stride]), x, sum[r]);
    }
  }
#pragma GCC unroll 8
  for (int r = 0; r < rows; ++r) {
    T* const to = c.data + (i + r) * c.row_stride + j;
    P y = detail::rounded(alpha * sum[r]);
    if (some == P::size) {
      if (beta != 0) y = y + detail::rounded(beta * load<P>(to));
      store(to, y);
    } else {
      if (beta != 0) y = y + detail::rounded(beta * load_part<P>(to, some));
      store_part(to, y, some);
    }
  }
}

/// `columns` elements of row i of c, from column j on.
template <AnyPack P, int columns, class T = typename P::Number>
NABLA_SIMD_INLINE void product_block(T alpha, const In<T>& a, const In<T>& b, T beta, const Out<T>& c, std::int64_t i,
                                     std::int64_t j) {
  const T* const left = a.data + i * a.row_stride;
  const T* const right = b.data + j * b.column_stride;
  P sum[columns];
#pragma GCC unroll 4
  for (int q = 0; q < columns; ++q) sum[q] = P(0);
  std::int64_t p = 0;
  for (; p + P::size <= a.columns; p += P::size) {
    const P x = load<P>(left + p);
#pragma GCC unroll 4
    for (int q = 0; q < columns; ++q) sum[q] = detail::fma(x, load<P>(right + q * b.column_stride + p), sum[q]);
  }
  if (const std::int64_t some = a.columns - p; some > 0) {
    const P x = load_part<P>(left + p, some);
#pragma GCC unroll 4
    for (int q = 0; q < columns; ++q)
      sum[q] = detail::fma(x, load_part<P>(right + q * b.column_stride + p, some), sum[q]);
  }
  T* const to = c.data + i * c.row_stride + j;
#pragma GCC unroll 4
  for (int q = 0; q < columns; ++q) {
    const T y = alpha * sum_of_lanes(sum[q]);
    to[q] = beta == 0 ? y : y + beta * to[q];
  }
}

}  // namespace
}  // namespace nabla::simd

#define NABLA_SIMD_LOOPS "kernels/small_gemm.inc"
#include "every_level.inc"

namespace nabla::kernels {
namespace {

template <class T>
using Loop = void (*)(T alpha, const Matrix<const T>& a, const Matrix<const T>& b, T beta, const Matrix<T>& c);

template <class T>
constexpr Loop<T> sum_rows[] = {simd::plain::sum_rows<T>, simd::avx2::sum_rows<T>, simd::avx512::sum_rows<T>};
template <class T>
constexpr Loop<T> multiply_rows[] = {simd::plain::multiply_rows<T>, simd::avx2::multiply_rows<T>,
                                     simd::avx512::multiply_rows<T>};

template <class T>
Loop<T> choose(const Loop<T>* loops) {
  return loops[static_cast<std::size_t>(simd::level())];
}

/// Rows that fit half a register are worked on in halves: what a part of a register has stored cannot be loaded again
/// before it has reached the cache (4³ f64 in a chain: 130 ns an operation, and 127 so).
template <class T>
Loop<T> choose_for_rows(const Loop<T>* loops, std::int64_t columns) {
  const simd::Level level = simd::level();
  const bool in_half = level == simd::Level::avx512 &&
                       columns * static_cast<std::int64_t>(sizeof(T)) <= static_cast<std::int64_t>(width(level)) / 2;
  return loops[static_cast<std::size_t>(in_half ? simd::Level::avx2 : level)];
}

// The lanes of a product of rows have to be added up: that pays where the sums are so many times longer than c has
// rows. Else the rows of b are made dense (ns, f64: 1×8×16 16 against 58, 4×8×16 55 against 58, 4×4×4 34 against 23;
// f32: 1×4×16 39 against 40, 2×8×16 70 against 50).
template <class T>
constexpr std::int64_t long_enough = std::is_same_v<T, double> ? 2 : 16;

template <class T>
void route(T alpha, const Matrix<const T>& a, const Matrix<const T>& b, T beta, const Matrix<T>& c) {
  if (c.columns == 1 && c.rows > 1 && c.row_stride == 1)  // cᵀ = bᵀ aᵀ has dense rows
    return route(alpha, b.transposed(), a.transposed(), beta, Matrix<T>{c.data, 1, c.rows, c.rows, 1});
  if (b.column_stride == 1) return choose_for_rows(sum_rows<T>, c.columns)(alpha, a, b, beta, c);
  if (a.column_stride == 1 && b.row_stride == 1 && a.columns >= long_enough<T> * c.rows)
    return choose(multiply_rows<T>)(alpha, a, b, beta, c);
  constexpr std::int64_t most = 512;
  T few[most];
  PooledVector<T> many;
  if (b.rows * b.columns > most) many.resize(static_cast<std::size_t>(b.rows * b.columns));
  T* const dense = many.empty() ? few : many.data();
  for (std::int64_t j = 0; j < b.columns; ++j) {
    const T* from = b.data + j * b.column_stride;
    for (std::int64_t p = 0; p < b.rows; ++p) dense[p * b.columns + j] = from[p * b.row_stride];
  }
  choose_for_rows(sum_rows<T>, c.columns)(alpha, a, {dense, b.rows, b.columns, b.columns, 1}, beta, c);
}

}  // namespace

void small_gemm(float alpha, const Matrix<const float>& a, const Matrix<const float>& b, float beta,
                const Matrix<float>& c) {
  route(alpha, a, b, beta, c);
}
void small_gemm(double alpha, const Matrix<const double>& a, const Matrix<const double>& b, double beta,
                const Matrix<double>& c) {
  route(alpha, a, b, beta, c);
}

}  // namespace nabla::kernels
