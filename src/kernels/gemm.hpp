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
void gemm(float alpha, Matrix<const float> a, Matrix<const float> b, float beta, Matrix<float> c);
void gemm(double alpha, Matrix<const double> a, Matrix<const double> b, double beta, Matrix<double> c);

/// The matrix of the last two axes of a tensor, at an offset in elements.
template <class T>
Matrix<const T> last_two_axes(const Tensor& x, std::int64_t offset = 0) {
  const Dims strides = x.strides();
  const std::size_t r = x.rank();
  return {x.strided_data<T>() + offset, x.shape()[r - 2], x.shape()[r - 1], strides[r - 2], strides[r - 1]};
}

/// A matrix to be written.
template <class T>
Matrix<T> dense(Tensor& x) {
  const std::int64_t columns = x.shape()[1];
  return {x.mutable_data<T>().data(), x.shape()[0], columns, columns, 1};
}

/// a b
template <class T>
Tensor product(Matrix<const T> a, Matrix<const T> b) {
  Tensor c = Tensor::uninitialized({a.rows, b.columns}, dtype_of<T>);
  gemm(T{1}, a, b, T{0}, dense<T>(c));
  return c;
}

/// Whether gemm takes the last two axes as they are: one of them has stride 1, and the other does not overlap.
bool is_gemm_ready(const Tensor& x);
/// The tensor itself, or a row-major copy.
inline Tensor gemm_ready(const Tensor& x) { return is_gemm_ready(x) ? x : x.contiguous(); }

}  // namespace nabla::kernels
