// Vectors, small dense matrices and error texts: what the equations of backpropagation are written with.
// Plain loops in the order of the definitions; nothing here is meant to be fast.
#pragma once

#include <cstddef>
#include <limits>
#include <sstream>
#include <stdexcept>
#include <utility>
#include <vector>

namespace bp {

template <class T>
using Vector = std::vector<T>;

/// A matrix [rows, cols]; element (i, j) is values[i * cols + j] (row-major).
template <class T>
struct Matrix {
  std::size_t rows = 0;
  std::size_t cols = 0;
  Vector<T> values;

  /// All zero.
  Matrix(std::size_t rows_, std::size_t cols_) : rows(rows_), cols(cols_), values(rows_ * cols_) {}

  /// Throws std::invalid_argument unless there are rows * cols values.
  Matrix(std::size_t rows_, std::size_t cols_, Vector<T> values_);

  T& operator()(std::size_t i, std::size_t j) { return values[i * cols + j]; }
  const T& operator()(std::size_t i, std::size_t j) const { return values[i * cols + j]; }

  Vector<T> row(std::size_t i) const {
    Vector<T> result(cols);
    for (std::size_t j = 0; j < cols; ++j) result[j] = (*this)(i, j);
    return result;
  }

  /// Precondition: `row_values` has `cols` values.
  void set_row(std::size_t i, const Vector<T>& row_values) {
    for (std::size_t j = 0; j < cols; ++j) (*this)(i, j) = row_values[j];
  }
};

namespace detail {

/// Ends with std::invalid_argument; the parts are joined into its text.
template <class... Parts>
[[noreturn]] void fail(const Parts&... parts) {
  std::ostringstream text;
  text.precision(std::numeric_limits<double>::digits10);
  (text << ... << parts);
  throw std::invalid_argument(text.str());
}

/// Throws std::invalid_argument unless the vector `what` has the size that is needed; `why` completes the sentence.
inline void check_size(const char* where, const char* what, std::size_t size, std::size_t needed, const char* why) {
  if (size != needed) fail("[", where, "] ", what, " has ", size, " values; it needs ", needed, ", ", why, ".");
}

/// Whether `size` is rows * cols, also where that product would overflow.
inline bool is_product(std::size_t size, std::size_t rows, std::size_t cols) {
  return cols == 0 ? size == 0 : size % cols == 0 && size / cols == rows;
}

}  // namespace detail

template <class T>
Matrix<T>::Matrix(std::size_t rows_, std::size_t cols_, Vector<T> values_)
    : rows(rows_), cols(cols_), values(std::move(values_)) {
  if (!detail::is_product(values.size(), rows, cols)) {
    detail::fail("[Matrix] ", values.size(), " values do not fill the shape [", rows, ", ", cols,
                 "]; give rows * cols values, row by row.");
  }
}

/// Aᵀ: [n, m] from A [m, n].
template <class T>
Matrix<T> transpose(const Matrix<T>& A) {
  Matrix<T> result(A.cols, A.rows);
  for (std::size_t i = 0; i < A.rows; ++i)
    for (std::size_t j = 0; j < A.cols; ++j) result(j, i) = A(i, j);
  return result;
}

/// A B: [m, n] from A [m, k] and B [k, n]. Throws std::invalid_argument if the two k differ.
template <class T>
Matrix<T> multiply(const Matrix<T>& A, const Matrix<T>& B) {
  if (A.cols != B.rows) {
    detail::fail("[multiply] Inner dimensions differ: [", A.rows, ", ", A.cols, "] times [", B.rows, ", ", B.cols,
                 "]; the columns of the left must equal the rows of the right.");
  }
  Matrix<T> result(A.rows, B.cols);
  for (std::size_t i = 0; i < A.rows; ++i)
    for (std::size_t j = 0; j < B.cols; ++j)
      for (std::size_t k = 0; k < A.cols; ++k) result(i, j) += A(i, k) * B(k, j);
  return result;
}

/// A v: [m] from A [m, n] and v [n]. Throws std::invalid_argument if the two n differ.
template <class T>
Vector<T> multiply(const Matrix<T>& A, const Vector<T>& v) {
  detail::check_size("multiply", "The vector", v.size(), A.cols, "one for each column of the matrix");
  Vector<T> result(A.rows);
  for (std::size_t i = 0; i < A.rows; ++i)
    for (std::size_t j = 0; j < A.cols; ++j) result[i] += A(i, j) * v[j];
  return result;
}

}  // namespace bp
