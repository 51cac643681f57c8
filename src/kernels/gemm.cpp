#include "gemm.hpp"

#include <cblas.h>

#include <algorithm>
#include <concepts>
#include <nabla/simd/level.hpp>

#include "onednn.hpp"
#include "parallel.hpp"
#include "small_gemm.hpp"
#include "sparse_gemm.hpp"

// OpenBLAS would otherwise start threads of its own; another CBLAS does not have this function.
extern "C" __attribute__((weak)) void openblas_set_num_threads(int);

namespace nabla::kernels {
namespace {

// Our own loops pack nothing. The figures are GF/s on one thread of a machine with AVX-512, of which 265 are to be had
// in f32 and 132 in f64: f32 by bench_gemm, f64 in the same way.

// Up to this number of multiply-adds they are the fastest for most extents (beside OpenBLAS, f32: 16³ 177 and 139,
// 30×30×10 177 and 150, 10×64×32 239 and 264; f64: 16³ 113 and 104, 10×30×30 101 and 80).
constexpr std::int64_t blas_pays = 1 << 14;

// But columns so few leave packs almost empty: then up to this number element by element (ns, a weight [8, 2] of which
// a multiple of δᵀ x is taken: 46 by packs, 22 so).
constexpr std::int64_t tiny = 16, almost_no_columns = 2;

// Beyond that they are where the columns of b are dense, which a BLAS packs element by element (f32, beside the better
// one of OpenBLAS and oneDNN: 64×32×32 235 and 150, 32×64×128 215 and 137, 10×30×784 221 and 230, 32×784×128 247 and
// 205, 128×512×784 242 and 234; f64, beside OpenBLAS: 64×32×32 99 and 66, 32×128×784 120 and 77, 256³ 131 and
// 103); but oneDNN catches up (512³ 249 and 251, 1024³ 235 and 252).
template <class T>
constexpr std::int64_t columns_pay = std::same_as<T, float> ? std::int64_t{1} << 25 : max_elements;

// From this number on it pays to look for zeros in a, which stand in what comes back through ReLU, and to leave them
// out (f32, µs, half of a zeros: 64×128×32 2.1 and 1.7, 128×784×32 25.2 and 19.0, 256×1024×1024 2090 and 1570; where
// there are none, to look costs 20 ns).
constexpr std::int64_t zeros_pay = 1 << 17;

// Otherwise from this number on oneDNN's sgemm is the fastest in f32 (128³: OpenBLAS 222, oneDNN 266, own loops 266;
// 32×128×784 172, 267 and 262; 256×1024×1024 250, 257 and 246), and the own loops where it is missing, as it is in f64
// (64³: OpenBLAS 133, own loops 132; 128³ 93 and 132; 256×1024×1024 101 and 120).
template <class T>
constexpr std::int64_t openblas_pays_no_more = std::same_as<T, float> ? 1 << 20 : 1 << 18;

// Products are cut into blocks of c of at least so many multiply-adds, the least for which two threads pay. A library
// packs the operand that all blocks need once for each of them, so that there are two, and more only of so many rows or
// columns (a step of net D on one thread, whose products are 256×1024×1024: 25.9 ms in one block, 26.1 in two, 26.7 in
// four).
constexpr std::int64_t block_work = 1 << 21;
constexpr std::int64_t most_blocks = 4, wide_block = 512;
constexpr std::int64_t grain = 64;  // rows or columns: a multiple of what the kernels hold in registers

// Above this extent or stride a BLAS with 32-bit integers cannot be asked.
constexpr std::int64_t blas_limit = 0x7fffffff;

void one_thread() {
  static const bool done = [] {
    if (openblas_set_num_threads) openblas_set_num_threads(1);
    return true;
  }();
  static_cast<void>(done);
}

void blas(CBLAS_TRANSPOSE ta, CBLAS_TRANSPOSE tb, int m, int n, int k, float alpha, const float* a, int lda,
          const float* b, int ldb, float beta, float* c, int ldc) {
  cblas_sgemm(CblasRowMajor, ta, tb, m, n, k, alpha, a, lda, b, ldb, beta, c, ldc);
}
void blas(CBLAS_TRANSPOSE ta, CBLAS_TRANSPOSE tb, int m, int n, int k, double alpha, const double* a, int lda,
          const double* b, int ldb, double beta, double* c, int ldc) {
  cblas_dgemm(CblasRowMajor, ta, tb, m, n, k, alpha, a, lda, b, ldb, beta, c, ldc);
}

/// Row-major, or the transpose of row-major, with its leading dimension; a matrix of one row or column may have any.
template <class T>
struct Layout {
  CBLAS_TRANSPOSE transpose;
  std::int64_t leading;

  explicit Layout(const Matrix<const T>& x) {
    const bool row_major = x.columns == 1 ? x.row_stride >= 1 : x.column_stride == 1;
    transpose = row_major ? CblasNoTrans : CblasTrans;
    leading = row_major ? std::max(x.row_stride, x.columns) : std::max(x.column_stride, x.rows);
  }
};

/// One product on the calling thread, by the fastest routine.
template <class T>
void product(T alpha, const Matrix<const T>& a, const Matrix<const T>& b, T beta, const Matrix<T>& c) {
  const std::int64_t m = c.rows, n = c.columns, k = a.columns, work = m * n * k;
  const bool fused = simd::level() != simd::Level::plain;  // else our loops round twice, and a BLAS may know better
  if (fused && b.column_stride != 1 && n > 1 && work < columns_pay<T>) return small_gemm(alpha, a, b, beta, c);
  if (work >= zeros_pay && sparse_gemm(alpha, a, b, beta, c)) return;
  const Layout<T> left(a), right(b);
  const std::int64_t to = std::max(c.row_stride, n);
  const bool large = work >= openblas_pays_no_more<T>;
  if constexpr (std::same_as<T, float>)
    if (large && onednn::sgemm(left.transpose == CblasTrans ? 'T' : 'N', right.transpose == CblasTrans ? 'T' : 'N', m,
                               n, k, alpha, a.data, left.leading, b.data, right.leading, beta, c.data, to))
      return;
  if ((fused && large) || std::max({m, n, k, left.leading, right.leading, to}) > blas_limit)
    return small_gemm(alpha, a, b, beta, c);
  one_thread();
  blas(left.transpose, right.transpose, static_cast<int>(m), static_cast<int>(n), static_cast<int>(k), alpha, a.data,
       static_cast<int>(left.leading), b.data, static_cast<int>(right.leading), beta, c.data, static_cast<int>(to));
}

/// Element by element.
template <class T>
[[gnu::noinline]] void tiny_gemm(T alpha, const Matrix<const T>& a, const Matrix<const T>& b, T beta,
                                 const Matrix<T>& c) {
  for (std::int64_t i = 0; i < c.rows; ++i)
    for (std::int64_t j = 0; j < c.columns; ++j) {
      const T *left = a.data + i * a.row_stride, *right = b.data + j * b.column_stride;
      T sum = 0;
      for (std::int64_t p = 0; p < a.columns; ++p, left += a.column_stride, right += b.row_stride)
        sum += *left * *right;
      T& to = c.data[i * c.row_stride + j];
      to = beta == 0 ? alpha * sum : alpha * sum + beta * to;
    }
}

/// Large products as blocks of rows or columns of c.
template <class T>
[[gnu::noinline]] void in_blocks(T alpha, const Matrix<const T>& a, const Matrix<const T>& b, T beta,
                                 const Matrix<T>& c) {
  const std::int64_t m = c.rows, n = c.columns, work = m * n * a.columns, longer = std::max(m, n);
  const std::int64_t blocks =
      std::min({work / block_work, longer / grain, std::clamp<std::int64_t>(longer / wide_block, 2, most_blocks)});
  if (blocks < 2) return product(alpha, a, b, beta, c);
  parallel_for(blocks, [&](std::int64_t i) {
    const std::int64_t begin = block_begin(longer, blocks, grain, i);
    const std::int64_t count = block_begin(longer, blocks, grain, i + 1) - begin;
    Matrix<const T> left = a, right = b;
    Matrix<T> part = c;
    if (m >= n) {
      left.data += begin * a.row_stride, part.data += begin * c.row_stride;
      left.rows = part.rows = count;
    } else {
      right.data += begin * b.column_stride, part.data += begin;
      right.columns = part.columns = count;
    }
    product(alpha, left, right, beta, part);
  });
}

/// The routine for so many multiply-adds.
template <class T>
void route(T alpha, const Matrix<const T>& a, const Matrix<const T>& b, T beta, const Matrix<T>& c) {
  const std::int64_t work = c.rows * c.columns * a.columns;
  if (work > blas_pays) return in_blocks(alpha, a, b, beta, c);
  if (work <= tiny && c.columns <= almost_no_columns) return tiny_gemm(alpha, a, b, beta, c);
  small_gemm(alpha, a, b, beta, c);
}

}  // namespace

void gemm(float alpha, const Matrix<const float>& a, const Matrix<const float>& b, float beta, const Matrix<float>& c) {
  route(alpha, a, b, beta, c);
}
void gemm(double alpha, const Matrix<const double>& a, const Matrix<const double>& b, double beta,
          const Matrix<double>& c) {
  route(alpha, a, b, beta, c);
}

bool is_gemm_ready(const Tensor& x) {
  const Dims strides = x.strides();
  const std::size_t r = x.rank();
  const std::int64_t rows = x.shape()[r - 2], columns = x.shape()[r - 1];
  const std::int64_t down = strides[r - 2], across = strides[r - 1];
  return ((across == 1 || columns == 1) && (down >= columns || rows == 1)) ||
         ((down == 1 || rows == 1) && (across >= rows || columns == 1));
}

}  // namespace nabla::kernels
