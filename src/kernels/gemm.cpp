#include "gemm.hpp"

#include <cblas.h>

#include <algorithm>

// OpenBLAS would otherwise start threads of its own; another CBLAS does not have this function.
extern "C" __attribute__((weak)) void openblas_set_num_threads(int);

namespace nabla::kernels {
namespace {

// Below this number of multiply-adds the call of a BLAS costs more than the product: 16³, where OpenBLAS needs 84 ns.
constexpr std::int64_t blas_pays = 16 * 16 * 16;

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

/// `width` columns of c, each row's sums held in registers. b goes by its own column stride, or by 1.
template <int width, bool dense, class T>
void strip(T alpha, const Matrix<const T>& a, const Matrix<const T>& b, T beta, const Matrix<T>& c, std::int64_t j) {
  const std::int64_t step = dense ? 1 : b.column_stride;
  for (std::int64_t i = 0; i < c.rows; ++i) {
    T sum[width] = {};
    const T* left = a.data + i * a.row_stride;
    const T* right = b.data + j * step;
    for (std::int64_t p = 0; p < a.columns; ++p, left += a.column_stride, right += b.row_stride)
      for (int q = 0; q < width; ++q) sum[q] += *left * right[q * step];
    T* to = c.data + i * c.row_stride + j;
    for (int q = 0; q < width; ++q) to[q] = beta == T{0} ? alpha * sum[q] : alpha * sum[q] + beta * to[q];
  }
}

template <bool dense, class T>
void strips(T alpha, const Matrix<const T>& a, const Matrix<const T>& b, T beta, const Matrix<T>& c) {
  std::int64_t j = 0;
  for (; j + 8 <= c.columns; j += 8) strip<8, dense>(alpha, a, b, beta, c, j);
  for (; j + 4 <= c.columns; j += 4) strip<4, dense>(alpha, a, b, beta, c, j);
  for (; j < c.columns; ++j) strip<1, dense>(alpha, a, b, beta, c, j);
}

template <class T>
void small(T alpha, const Matrix<const T>& a, const Matrix<const T>& b, T beta, const Matrix<T>& c) {
  if (b.column_stride == 1)
    strips<true>(alpha, a, b, beta, c);
  else
    strips<false>(alpha, a, b, beta, c);
}

template <class T>
void route(T alpha, Matrix<const T> a, Matrix<const T> b, T beta, Matrix<T> c) {
  const std::int64_t m = c.rows, n = c.columns, k = a.columns;
  if (m == 0 || n == 0) return;
  if (m * n * k <= blas_pays) return small(alpha, a, b, beta, c);
  const Layout<T> left(a), right(b);
  if (std::max({m, n, k, left.leading, right.leading, c.row_stride}) > blas_limit) return small(alpha, a, b, beta, c);
  one_thread();
  blas(left.transpose, right.transpose, static_cast<int>(m), static_cast<int>(n), static_cast<int>(k), alpha, a.data,
       static_cast<int>(left.leading), b.data, static_cast<int>(right.leading), beta, c.data,
       static_cast<int>(std::max(c.row_stride, n)));
}

}  // namespace

void gemm(float alpha, Matrix<const float> a, Matrix<const float> b, float beta, Matrix<float> c) {
  route(alpha, a, b, beta, c);
}
void gemm(double alpha, Matrix<const double> a, Matrix<const double> b, double beta, Matrix<double> c) {
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
