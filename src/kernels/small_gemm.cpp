#include "small_gemm.hpp"

#include <nabla/simd/exact.hpp>

#include "row_loops.hpp"
#include "transpose_packs.hpp"

namespace nabla::simd {
namespace {

template <class T>
using In = kernels::Matrix<const T>;
template <class T>
using Out = kernels::Matrix<T>;

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

/// Rows of c from row i on and packs of its columns from column j on, as sums of rows of b. The last pack holds `some`
/// elements, which are fewer than a pack only where there is one.
template <AnyPack P, int rows, int packs, class T = typename P::Number>
NABLA_SIMD_INLINE void sum_block(T alpha, const In<T>& a, const In<T>& b, T beta, const Out<T>& c, std::int64_t i,
                                 std::int64_t j, std::int64_t some) {
  P sum[rows][packs];
  unrolled<rows>([&](auto r)
                     NABLA_SIMD_LAMBDA { unrolled<packs>([&](auto q) NABLA_SIMD_LAMBDA { sum[r][q] = P(0); }); });
  const auto add_rows = [&](auto take) NABLA_SIMD_LAMBDA {
    const T *left = a.data + i * a.row_stride, *right = b.data + j;
    for (std::int64_t p = 0; p < a.columns; ++p, left += a.column_stride, right += b.row_stride) {
      P x[packs];
      unrolled<packs>([&](auto q) NABLA_SIMD_LAMBDA { x[q] = detail::rounded(take(right + q * P::size)); });
      unrolled<rows>([&](auto r) NABLA_SIMD_LAMBDA {
        unrolled<packs>([&](auto q) NABLA_SIMD_LAMBDA { add_product(sum[r][q], P(left[r * a.row_stride]), x[q]); });
      });
    }
  };
  if (packs > 1 || some == P::size)
    add_rows([](const T* from) NABLA_SIMD_LAMBDA { return load<P>(from); });
  else
    add_rows([some](const T* from) NABLA_SIMD_LAMBDA { return load_part<P>(from, some); });
  unrolled<rows>([&](auto r) NABLA_SIMD_LAMBDA {
    T* const to = c.data + (i + r) * c.row_stride + j;
    unrolled<packs>(
        [&](auto q) NABLA_SIMD_LAMBDA { put(alpha, sum[r][q], beta, to + q * P::size, packs > 1 ? P::size : some); });
  });
}

/// The same with one pack where the columns of b are dense: they are turned into rows in registers.
template <AnyPack P, int rows, class T = typename P::Number>
NABLA_SIMD_INLINE void sum_turned_block(T alpha, const In<T>& a, const In<T>& b, T beta, const Out<T>& c,
                                        std::int64_t i, std::int64_t j, std::int64_t some) {
  P sum[rows];
  unrolled<rows>([&](auto r) NABLA_SIMD_LAMBDA { sum[r] = P(0); });
  const T* left = a.data + i * a.row_stride;
  for (std::int64_t p = 0; p < a.columns; p += P::size) {
    const std::int64_t steps = std::min<std::int64_t>(P::size, a.columns - p);
    const T* const right = b.data + j * b.column_stride + p;
    P x[P::size];
    if (some == P::size && steps == P::size)
      unrolled<P::size>([&](auto q) NABLA_SIMD_LAMBDA { x[q] = load<P>(right + q * b.column_stride); });
    else
      unrolled<P::size>(
          [&](auto q) NABLA_SIMD_LAMBDA { x[q] = q < some ? load_some<P>(right + q * b.column_stride, steps) : P(0); });
    transpose(x);
    unrolled<P::size>([&](auto s) NABLA_SIMD_LAMBDA {
      if (s >= steps) return;
      unrolled<rows>([&](auto r) NABLA_SIMD_LAMBDA { add_product(sum[r], P(left[r * a.row_stride]), x[s]); });
      left += a.column_stride;
    });
  }
  unrolled<rows>([&](auto r)
                     NABLA_SIMD_LAMBDA { put(alpha, sum[r], beta, c.data + (i + r) * c.row_stride + j, some); });
}

/// Elements of c from row i and column j on, as products of rows of a and columns of b, both dense.
template <AnyPack P, int rows, int columns, class T = typename P::Number>
NABLA_SIMD_INLINE void product_block(T alpha, const In<T>& a, const In<T>& b, T beta, const Out<T>& c, std::int64_t i,
                                     std::int64_t j) {
  const T* const left = a.data + i * a.row_stride;
  const T* const right = b.data + j * b.column_stride;
  P sum[rows][columns];
  unrolled<rows>([&](auto r)
                     NABLA_SIMD_LAMBDA { unrolled<columns>([&](auto q) NABLA_SIMD_LAMBDA { sum[r][q] = P(0); }); });
  const auto add = [&](std::int64_t p, auto take) NABLA_SIMD_LAMBDA {
    P x[rows];
    unrolled<rows>([&](auto r) NABLA_SIMD_LAMBDA { x[r] = detail::rounded(take(left + r * a.row_stride + p)); });
    unrolled<columns>([&](auto q) NABLA_SIMD_LAMBDA {
      const P y[1] = {detail::rounded(take(right + q * b.column_stride + p))};
      unrolled<rows>([&](auto r) NABLA_SIMD_LAMBDA { add_product(sum[r][q], x[r], y[0]); });
    });
  };
  std::int64_t p = 0;
  for (; p + P::size <= a.columns; p += P::size) add(p, [](const T* from) NABLA_SIMD_LAMBDA { return load<P>(from); });
  if (const std::int64_t some = a.columns - p; some > 0)
    add(p, [some](const T* from) NABLA_SIMD_LAMBDA { return load_part<P>(from, some); });
  unrolled<rows>([&](auto r) NABLA_SIMD_LAMBDA {
    put(alpha, sums_of_lanes(sum[r]), beta, c.data + (i + r) * c.row_stride + j, columns);
  });
}

/// block(std::integral_constant<int, rows>, i) for all rows: as many at a time as `most`, and the rest by halves.
template <int most, class F>
NABLA_SIMD_INLINE void for_rows(std::int64_t i, std::int64_t count, F block) {
  for (; i + most <= count; i += most) block(std::integral_constant<int, most>(), i);
  if constexpr (most > 1) for_rows<most / 2>(i, count, block);
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
constexpr Loop<T> sum_turned[] = {simd::plain::sum_turned<T>, simd::avx2::sum_turned<T>, simd::avx512::sum_turned<T>};
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

// The lanes of a product of two columns have to be added up: that pays where they are so long. Else the columns of b
// are turned into rows, again for every few rows of c, unless these are so few (bench_gemm, ns by products, and by
// turning: f32: 4×16×16 30 and 28, 16×16×32 1.0 times as long, 16×16×64 0.8 times; f64: 3×8×8 0.7 times, 8×8×8 1.6
// times).
constexpr std::int64_t long_enough = 32, few_enough = 3;

template <class T>
[[gnu::always_inline]] inline void route(T alpha, const Matrix<const T>& a, const Matrix<const T>& b, T beta,
                                         const Matrix<T>& c) {
  if (c.columns == 1 && c.rows > 1 && c.row_stride == 1)  // cᵀ = bᵀ aᵀ has dense rows
    return small_gemm(alpha, b.transposed(), a.transposed(), beta, Matrix<T>{c.data, 1, c.rows, c.rows, 1});
  if (a.column_stride == 1 && b.row_stride == 1 && (a.columns >= long_enough || c.rows <= few_enough))
    return choose(multiply_rows<T>)(alpha, a, b, beta, c);
  const bool dense_rows = b.column_stride == 1 || b.columns == 1;
  choose_for_rows(dense_rows ? sum_rows<T> : sum_turned<T>, c.columns)(alpha, a, b, beta, c);
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
