#include "gemm.hpp"

#include <cblas.h>

#include <algorithm>

#include "small_gemm.hpp"

// OpenBLAS would otherwise start threads of its own; another CBLAS does not have this function.
extern "C" __attribute__((weak)) void openblas_set_num_threads(int);

namespace nabla::kernels {
namespace {

// Up to this number of multiply-adds our loops are as fast as OpenBLAS (bench_gemm, ns a call on an AVX-512 machine,
// f32: 4³ 22 against 32, 8³ 45 against 40, 16³ 123 against 98).
constexpr std::int64_t blas_pays = 8 * 8 * 8;

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

template <class T>
void route(T alpha, const Matrix<const T>& a, const Matrix<const T>& b, T beta, const Matrix<T>& c) {
  const std::int64_t m = c.rows, n = c.columns, k = a.columns;
  if (m == 0 || n == 0) return;
  if (m * n * k <= blas_pays) return small_gemm(alpha, a, b, beta, c);
  const Layout<T> left(a), right(b);
  if (std::max({m, n, k, left.leading, right.leading, c.row_stride}) > blas_limit)
    return small_gemm(alpha, a, b, beta, c);
  one_thread();
  blas(left.transpose, right.transpose, static_cast<int>(m), static_cast<int>(n), static_cast<int>(k), alpha, a.data,
       static_cast<int>(left.leading), b.data, static_cast<int>(right.leading), beta, c.data,
       static_cast<int>(std::max(c.row_stride, n)));
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
