#include "gemm.hpp"

#include <cblas.h>

#include <algorithm>
#include <concepts>

#include "onednn.hpp"
#include "parallel.hpp"
#include "small_gemm.hpp"

// OpenBLAS would otherwise start threads of its own; another CBLAS does not have this function.
extern "C" __attribute__((weak)) void openblas_set_num_threads(int);

namespace nabla::kernels {
namespace {

// Up to this number of multiply-adds our loops are as fast as OpenBLAS (bench_gemm, ns a call on an AVX-512 machine,
// f32: 4³ 22 against 32, 8³ 45 against 40, 16³ 123 against 98).
constexpr std::int64_t blas_pays = 8 * 8 * 8;

// A row times a transpose is so many products of two dense vectors. In f64 our loops are faster up to this number of
// multiply-adds (ns: 1×20×32 65 against 186, 1×64×64 220 against 251, 1×256×256 4100 against 6340, 1×784×784 89,000
// against 69,000); in f32 OpenBLAS's are.
constexpr std::int64_t blas_pays_for_row = 1 << 16;

// From this number of multiply-adds on oneDNN's sgemm is faster than OpenBLAS's (bench_gemm, µs a call, AVX-512:
// 64³ 5.6 against 4.7, 128³ 37 against 42, 32×784×128 66 against 81, 512³ 2440 against 2740).
constexpr std::int64_t onednn_pays = 1 << 20;

// Products are cut into blocks of c of at least so many multiply-adds, the least for which two threads pay, and no more
// blocks than cost one thread 2 % (bench_gemm: 4 blocks of 256×1024×1024 1.00 to 1.04 of the whole, by oneDNN).
constexpr std::int64_t block_work = 1 << 21;
constexpr std::int64_t most_blocks = 4;
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
  const std::int64_t m = c.rows, n = c.columns, k = a.columns;
  const Layout<T> left(a), right(b);
  const std::int64_t to = std::max(c.row_stride, n);
  if constexpr (std::same_as<T, float>)
    if (m * n * k >= onednn_pays &&
        onednn::sgemm(left.transpose == CblasTrans ? 'T' : 'N', right.transpose == CblasTrans ? 'T' : 'N', m, n, k,
                      alpha, a.data, left.leading, b.data, right.leading, beta, c.data, to))
      return;
  if (std::max({m, n, k, left.leading, right.leading, to}) > blas_limit) return small_gemm(alpha, a, b, beta, c);
  one_thread();
  blas(left.transpose, right.transpose, static_cast<int>(m), static_cast<int>(n), static_cast<int>(k), alpha, a.data,
       static_cast<int>(left.leading), b.data, static_cast<int>(right.leading), beta, c.data, static_cast<int>(to));
}

/// The routine for so many multiply-adds; large products as blocks of rows or columns of c.
template <class T>
void route(T alpha, const Matrix<const T>& a, const Matrix<const T>& b, T beta, const Matrix<T>& c) {
  const std::int64_t m = c.rows, n = c.columns, k = a.columns, work = m * n * k;
  const bool row_by_columns = std::same_as<T, double> && m == 1 && b.row_stride == 1;
  if (work <= (row_by_columns ? blas_pays_for_row : blas_pays)) return small_gemm(alpha, a, b, beta, c);
  const std::int64_t longer = std::max(m, n);
  const std::int64_t blocks = std::min({work / block_work, most_blocks, longer / grain});
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
