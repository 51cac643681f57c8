// Matrix products. This file alone decides which routine runs.
#pragma once

#include <nabla/tensor.hpp>

namespace nabla::kernels {

/// A matrix in memory: element (i, k) is at data[i * row_stride + k * column_stride].
template <class T>
struct Matrix {
  T* data;
  std::int64_t rows;
  std::int64_t columns;
  std::int64_t row_stride;
  std::int64_t column_stride;

  Matrix transposed() const { return {data, columns, rows, column_stride, row_stride}; }
};

/// c ← α a b + β c. Transposes cost nothing; β = 0 does not read c. c is row-major (column_stride 1).
void gemm(float alpha, const Matrix<const float>& a, const Matrix<const float>& b, float beta, const Matrix<float>& c);
void gemm(double alpha, const Matrix<const double>& a, const Matrix<const double>& b, double beta,
          const Matrix<double>& c);

/// The matrix of the last two axes of a tensor, at an offset in elements.
template <class T>
Matrix<const T> last_two_axes(const Tensor& x, std::int64_t offset = 0) {
  const Dims strides = x.strides();
  const std::size_t r = x.rank();
  return {x.strided_data<T>() + offset, x.shape()[r - 2], x.shape()[r - 1], strides[r - 2], strides[r - 1]};
}

/// Whether gemm takes the last two axes as they are: one of them has stride 1, and the other does not overlap.
bool is_gemm_ready(const Tensor& x);
/// The tensor itself, or a row-major copy.
inline Tensor gemm_ready(const Tensor& x) { return is_gemm_ready(x) ? x : x.contiguous(); }

/// What keeps the elements of operands that do not lie as they are needed.
using Copies = PooledVector<Tensor>;

/// A matrix, or more axes with all but the last one taken as rows, in row-major order.
template <class T>
Matrix<const T> as_dense_matrix(const Tensor& x, Copies& copies) {
  const Shape& shape = x.shape();
  const std::int64_t columns = shape.rank() == 0 ? 1 : shape.back();
  std::int64_t rows = 1;
  for (std::size_t i = 0; i + 1 < shape.rank(); ++i) rows *= shape[i];
  const Tensor& dense = x.is_contiguous() ? x : copies.emplace_back(x.contiguous());
  return {dense.strided_data<T>(), rows, columns, columns, 1};
}
/// The same in any order that gemm takes.
template <class T>
[[gnu::always_inline]] inline Matrix<const T> as_matrix(const Tensor& x, Copies& copies) {
  if (x.rank() != 2) [[unlikely]]
    return as_dense_matrix<T>(x, copies);
  if (x.is_contiguous()) [[likely]]
    return {x.strided_data<T>(), x.shape()[0], x.shape()[1], x.shape()[1], 1};
  return is_gemm_ready(x) ? last_two_axes<T>(x) : as_dense_matrix<T>(x, copies);
}

/// A dense matrix that nobody else holds, to be written.
template <class T>
Matrix<T> dense(Tensor& x) {
  const std::int64_t columns = x.shape()[1];
  return {reinterpret_cast<T*>(x.new_data()), x.shape()[0], columns, columns, 1};
}

}  // namespace nabla::kernels
