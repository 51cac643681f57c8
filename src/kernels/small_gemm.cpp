#include "small_gemm.hpp"

#include <algorithm>

#include "product_packs.hpp"
#include "transpose_packs.hpp"

namespace nabla::simd {
namespace {

template <class T>
using In = kernels::Matrix<const T>;
template <class T>
using Out = kernels::Matrix<T>;

/// Rows of c from row i on and packs of its columns from column j on, as sums of rows of b. The last pack holds `some`
/// elements.
template <AnyPack P, int rows, int packs, class T = typename P::Number>
NABLA_SIMD_INLINE void sum_block(T alpha, const In<T>& a, const In<T>& b, T beta, const Out<T>& c, std::int64_t i,
                                 std::int64_t j, std::int64_t some) {
  P sum[rows][packs];
  unrolled<rows>([&](auto r) NABLA_SIMD_UNCHECKED_LAMBDA {
    unrolled<packs>([&](auto q) NABLA_SIMD_UNCHECKED_LAMBDA { sum[r][q] = P(0); });
  });
  const auto add_rows = [&](auto take) NABLA_SIMD_UNCHECKED_LAMBDA {
    const T *left = a.data + i * a.row_stride, *right = b.data + j;
    for (std::int64_t p = 0; p < a.columns; ++p, left += a.column_stride, right += b.row_stride) {
      P x[packs];
      unrolled<packs>([&](auto q) NABLA_SIMD_UNCHECKED_LAMBDA {
        x[q] = detail::rounded(take(right + q * P::size, std::bool_constant<q + 1 == packs>()));
      });
      unrolled<rows>([&](auto r) NABLA_SIMD_UNCHECKED_LAMBDA {
        unrolled<packs>([&](auto q)
                            NABLA_SIMD_UNCHECKED_LAMBDA { add_product(sum[r][q], P(left[r * a.row_stride]), x[q]); });
      });
    }
  };
  const auto whole = [](const T* from, auto) NABLA_SIMD_UNCHECKED_LAMBDA { return load<P>(from); };
  const auto part = [some](const T* from, auto last) NABLA_SIMD_UNCHECKED_LAMBDA {
    if constexpr (last)
      return detail::load_lanes<P>(from, some);
    else
      return load<P>(from);
  };
  if constexpr (NABLA_SIMD_ASM && P::level == Level::avx512)
    add_rows(part);  // its masks cost nothing; without assembly they are loops over the lanes
  else
    some == P::size ? add_rows(whole) : add_rows(part);
  unrolled<rows>([&](auto r) NABLA_SIMD_UNCHECKED_LAMBDA {
    T* const to = c.data + (i + r) * c.row_stride + j;
    unrolled<packs>([&](auto q) NABLA_SIMD_UNCHECKED_LAMBDA {
      put(alpha, sum[r][q], beta, to + q * P::size, q + 1 < packs ? P::size : some);
    });
  });
}

/// Rows of c from row i on and one pack of its columns from column j on, where the columns of b are dense: they become
/// rows in registers.
template <AnyPack P, int rows, class T = typename P::Number>
NABLA_SIMD_INLINE void sum_turned_block(T alpha, const In<T>& a, const In<T>& b, T beta, const Out<T>& c,
                                        std::int64_t i, std::int64_t j, std::int64_t some) {
  P sum[rows];
  unrolled<rows>([&](auto r) NABLA_SIMD_UNCHECKED_LAMBDA { sum[r] = P(0); });
  const T* left = a.data + i * a.row_stride;
  for (std::int64_t p = 0; p < a.columns; p += P::size) {
    const std::int64_t steps = std::min<std::int64_t>(P::size, a.columns - p);
    P x[P::size];
    load_turned(x, b.data + j * b.column_stride + p, b.column_stride, some, steps);
    unrolled<P::size>([&](auto s) NABLA_SIMD_UNCHECKED_LAMBDA {
      if (s >= steps) return;
      unrolled<rows>([&](auto r) NABLA_SIMD_UNCHECKED_LAMBDA { add_product(sum[r], P(left[r * a.row_stride]), x[s]); });
      left += a.column_stride;
    });
  }
  unrolled<rows>(
      [&](auto r) NABLA_SIMD_UNCHECKED_LAMBDA { put(alpha, sum[r], beta, c.data + (i + r) * c.row_stride + j, some); });
}

/// Elements of c from row i and column j on, as products of rows of a and columns of b, both dense.
template <AnyPack P, int rows, int columns, class T = typename P::Number>
NABLA_SIMD_INLINE void product_block(T alpha, const In<T>& a, const In<T>& b, T beta, const Out<T>& c, std::int64_t i,
                                     std::int64_t j) {
  const T* const left = a.data + i * a.row_stride;
  const T* const right = b.data + j * b.column_stride;
  P sum[rows][columns];
  unrolled<rows>([&](auto r) NABLA_SIMD_UNCHECKED_LAMBDA {
    unrolled<columns>([&](auto q) NABLA_SIMD_UNCHECKED_LAMBDA { sum[r][q] = P(0); });
  });
  const auto add = [&](std::int64_t p, auto take) NABLA_SIMD_UNCHECKED_LAMBDA {
    P x[rows];
    unrolled<rows>([&](auto r)
                       NABLA_SIMD_UNCHECKED_LAMBDA { x[r] = detail::rounded(take(left + r * a.row_stride + p)); });
    unrolled<columns>([&](auto q) NABLA_SIMD_UNCHECKED_LAMBDA {
      const P y[] = {
          detail::rounded(take(right + q * b.column_stride + p))};  // alone it would be stored for the lambda
      unrolled<rows>([&](auto r) NABLA_SIMD_UNCHECKED_LAMBDA { add_product(sum[r][q], x[r], y[0]); });
    });
  };
  std::int64_t p = 0;
  for (; p + P::size <= a.columns; p += P::size)
    add(p, [](const T* from) NABLA_SIMD_UNCHECKED_LAMBDA { return load<P>(from); });
  if (const std::int64_t some = a.columns - p; some > 0)
    add(p, [some](const T* from) NABLA_SIMD_UNCHECKED_LAMBDA { return load_part<P>(from, some); });
  unrolled<rows>([&](auto r) NABLA_SIMD_UNCHECKED_LAMBDA {
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
constexpr Loop<T> sum_pack[] = {simd::plain::sum_pack<T>, simd::avx2::sum_pack<T>, simd::avx512::sum_pack<T>};
template <class T>
constexpr Loop<T> multiply_rows[] = {simd::plain::multiply_rows<T>, simd::avx2::multiply_rows<T>,
                                     simd::avx512::multiply_rows<T>};

template <class T>
using Turn = void (*)(const Matrix<const T>& b, T* to, std::int64_t stride);
template <class T>
constexpr Turn<T> turn[] = {simd::plain::turn<T>, simd::avx2::turn<T>, simd::avx512::turn<T>};

// For as many columns as one pack has lanes. So many packs of 64 bytes would have to be turned that their code is not
// worth its size; the plain level does without for the size as well.
template <class T>
constexpr Loop<T> sum_turned[] = {nullptr, simd::avx2::sum_turned<T>, nullptr};

/// Rows that fit half a register are worked on in halves: what a part of a register has stored cannot be loaded again
/// before it has reached the cache (4³ f64 in a chain: 130 ns an operation, and 127 so).
template <class T>
simd::Level level_for_rows(std::int64_t columns) {
  const simd::Level level = simd::level();
  const bool in_half = level == simd::Level::avx512 &&
                       columns * static_cast<std::int64_t>(sizeof(T)) <= static_cast<std::int64_t>(width(level)) / 2;
  return in_half ? simd::Level::avx2 : level;
}

/// So many steps along k from step p on.
template <class T>
Matrix<const T> columns_of(const Matrix<const T>& a, std::int64_t p, std::int64_t count) {
  return {a.data + p * a.column_stride, a.rows, count, a.row_stride, a.column_stride};
}
template <class T>
Matrix<const T> rows_of(const Matrix<const T>& b, std::int64_t p, std::int64_t count) {
  return {b.data + p * b.row_stride, count, b.columns, b.row_stride, b.column_stride};
}

/// f(p, count) for panels along k.
template <class F>
void for_panels(std::int64_t k, std::int64_t panel, F f) {
  std::int64_t p = 0;
  do {
    const std::int64_t count = std::min(panel, k - p);
    f(p, count);
    p += count;
  } while (p < k);
}

template <class T>
std::int64_t pack_size(std::size_t level) {
  return static_cast<std::int64_t>(simd::width(static_cast<simd::Level>(level)) / sizeof(T));
}

/// c ← α a b + β c where the rows of b are dense, and longer than a pack.
template <class T>
void sum_long_rows(std::size_t level, T alpha, const Matrix<const T>& a, const Matrix<const T>& b, T beta,
                   const Matrix<T>& c) {
  const std::int64_t pack = pack_size<T>(level), rest = c.columns % (3 * pack);
  const std::int64_t last = rest <= pack ? rest : 0, first = c.columns - last;
  if (first > 0) sum_rows<T>[level](alpha, a, b, beta, {c.data, c.rows, first, c.row_stride, 1});
  if (last == 0) return;
  sum_pack<T>[level](alpha, a, {b.data + first, b.rows, last, b.row_stride, 1}, beta,
                     {c.data + first, c.rows, last, c.row_stride, 1});
}

// What is read again and again stays in the first cache, of 32 or 48 KB: a strip of three packs of so many rows of b,
// and eight columns of b of so many bytes with three rows of a.
constexpr std::int64_t rows_in_cache = 128, column_bytes_in_cache = 4096;

/// c ← α a b + β c where the columns of b are dense: strips of b become rows in a place that stays in the first cache.
template <class T>
[[gnu::noinline]] void sum_turned_strips(T alpha, const Matrix<const T>& a, const Matrix<const T>& b, T beta,
                                         const Matrix<T>& c) {
  const auto level = static_cast<std::size_t>(simd::level());
  const std::int64_t width = 3 * pack_size<T>(level);
  alignas(64) T strip[rows_in_cache * 3 * 64 / sizeof(T)];
  for (std::int64_t j = 0; j < c.columns; j += width) {
    const std::int64_t columns = std::min(width, c.columns - j);
    for_panels(a.columns, rows_in_cache, [&](std::int64_t p, std::int64_t count) {
      turn<T>[level]({b.data + p + j * b.column_stride, count, columns, 1, b.column_stride}, strip, width);
      sum_long_rows<T>(level, alpha, columns_of(a, p, count), {strip, count, columns, width, 1}, p == 0 ? beta : T{1},
                       {c.data + j, c.rows, columns, c.row_stride, 1});
    });
  }
}

// The lanes of a product of two columns have to be added up: that pays where they are so long, if c has few rows for
// which b would have to be turned, or so few columns that these leave much of a pack empty.
constexpr std::int64_t long_enough = 32, times_longer = 3, few_rows = 3, few_columns = 16;

// In registers b is turned again for every four rows of c: up to this number of them (f32, ns in registers, and by
// strips: 16×8×20 93 and 130, 64×8×20 362 and 306).
constexpr std::int64_t rows_to_turn_for = 32;

/// Whether the elements of c are formed as products, for a and b with dense rows and columns.
constexpr bool products_pay(std::int64_t rows, std::int64_t columns, std::int64_t k) {
  return rows <= few_rows || (k >= long_enough && (k >= times_longer * rows || columns <= few_columns));
}

// What follows calls functions of the same parameters last, so that a tiny product passes through without a stack
// frame.

template <class T>
[[gnu::noinline]] void products_in_panels(T alpha, const Matrix<const T>& a, const Matrix<const T>& b, T beta,
                                          const Matrix<T>& c) {
  const Loop<T> multiply = multiply_rows<T>[static_cast<std::size_t>(simd::level())];
  for_panels(a.columns, column_bytes_in_cache / static_cast<std::int64_t>(sizeof(T)),
             [&](std::int64_t p, std::int64_t count) {
               multiply(alpha, columns_of(a, p, count), rows_of(b, p, count), p == 0 ? beta : T{1}, c);
             });
}

template <class T>
[[gnu::noinline]] void rows_in_panels(T alpha, const Matrix<const T>& a, const Matrix<const T>& b, T beta,
                                      const Matrix<T>& c) {
  const auto level = static_cast<std::size_t>(simd::level());
  for_panels(a.columns, rows_in_cache, [&](std::int64_t p, std::int64_t count) {
    sum_long_rows<T>(level, alpha, columns_of(a, p, count), rows_of(b, p, count), p == 0 ? beta : T{1}, c);
  });
}

/// cᵀ = bᵀ aᵀ has dense rows.
template <class T>
[[gnu::noinline]] void transposed(T alpha, const Matrix<const T>& a, const Matrix<const T>& b, T beta,
                                  const Matrix<T>& c) {
  small_gemm(alpha, b.transposed(), a.transposed(), beta, Matrix<T>{c.data, 1, c.rows, c.rows, 1});
}

template <class T>
[[gnu::always_inline]] inline void route(T alpha, const Matrix<const T>& a, const Matrix<const T>& b, T beta,
                                         const Matrix<T>& c) {
  if (c.columns == 0) [[unlikely]]  // there may be no memory to point to
    return;
  if (c.columns == 1 && c.rows > 1 && c.row_stride == 1) return transposed(alpha, a, b, beta, c);
  if (a.column_stride == 1 && b.row_stride == 1 && products_pay(c.rows, c.columns, a.columns))
    return products_in_panels(alpha, a, b, beta, c);
  const bool dense_rows = b.column_stride == 1 || b.columns == 1;
  const auto level = static_cast<std::size_t>(level_for_rows<T>(c.columns));
  if (c.columns <= pack_size<T>(level)) {
    if (dense_rows) return sum_pack<T>[level](alpha, a, b, beta, c);
    if (sum_turned<T>[level] && c.rows <= rows_to_turn_for) return sum_turned<T>[level](alpha, a, b, beta, c);
  }
  dense_rows ? rows_in_panels(alpha, a, b, beta, c) : sum_turned_strips(alpha, a, b, beta, c);
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
