// Reductions: rows of a matrix to numbers, in a fixed order.
#pragma once

#include <algorithm>
#include <cmath>
#include <limits>
#include <nabla/axes.hpp>
#include <nabla/tensor.hpp>
#include <span>
#include <type_traits>

namespace nabla::kernels {

/// The kept axes, then the reduced ones, each in their order.
Dims kept_then_reduced(const Shape& shape, const ReducedAxes& reduced);
/// The order of axes that undoes another.
Dims inverse(const Dims& order);
/// How many elements are reduced to one.
std::int64_t reduced_length(const Shape& shape, const ReducedAxes& reduced);

/// The operand as a row-major matrix [results, reduced]: what is reduced to one element lies in one row.
struct Rows {
  Rows(const Tensor& x, const ReducedAxes& reduced);

  Tensor matrix;
  std::int64_t count;   // rows
  std::int64_t length;  // of each
};

/// Σ term(i) for begin ≤ i < begin + n, in pairs of halves (error growing with log n instead of n), with eight partial
/// sums at the bottom.
template <class Term, class T = std::invoke_result_t<Term, std::int64_t>>
T pairwise_sum(std::int64_t begin, std::int64_t n, Term term) {
  constexpr std::int64_t lanes = 8, block = 256;
  if (n > block) {
    const std::int64_t half = (n / 2 + block - 1) / block * block;
    return static_cast<T>(pairwise_sum(begin, half, term) + pairwise_sum(begin + half, n - half, term));
  }
  T partial[lanes] = {};
  std::int64_t i = 0;
  for (; i + lanes <= n; i += lanes)
    for (std::int64_t k = 0; k < lanes; ++k) partial[k] = static_cast<T>(partial[k] + term(begin + i + k));
  for (std::int64_t k = 0; i < n; ++i, ++k) partial[k] = static_cast<T>(partial[k] + term(begin + i));
  for (std::int64_t width = lanes / 2; width > 0; width /= 2)
    for (std::int64_t k = 0; k < width; ++k) partial[k] = static_cast<T>(partial[k] + partial[k + width]);
  return partial[0];
}
template <class T>
T pairwise_sum(const T* x, std::int64_t n) {
  return pairwise_sum(0, n, [x](std::int64_t i) { return x[i]; });
}

/// The largest element, NaN if there is one, -inf (or the smallest integer) of none.
template <class T>
T largest(const T* x, std::int64_t n) {
  T top = std::numeric_limits<T>::has_infinity ? -std::numeric_limits<T>::infinity() : std::numeric_limits<T>::lowest();
  for (std::int64_t i = 0; i < n; ++i) {
    if constexpr (std::numeric_limits<T>::has_quiet_NaN)
      if (std::isnan(x[i])) return x[i];
    top = std::max(top, x[i]);
  }
  return top;
}

/// The smallest element, NaN if there is one, +inf (or the largest integer) of none.
template <class T>
T smallest(const T* x, std::int64_t n) {
  T bottom = std::numeric_limits<T>::has_infinity ? std::numeric_limits<T>::infinity() : std::numeric_limits<T>::max();
  for (std::int64_t i = 0; i < n; ++i) {
    if constexpr (std::numeric_limits<T>::has_quiet_NaN)
      if (std::isnan(x[i])) return x[i];
    bottom = std::min(bottom, x[i]);
  }
  return bottom;
}

/// out[k] = Σᵣ x[r, k] of a row-major matrix; pairwise in r, like pairwise_sum.
template <class T>
void sum_of_rows(const T* x, std::int64_t rows, std::int64_t width, T* out);

/// Sums over the reduced axes; out has one element a result, row-major.
void sum(const Tensor& x, const ReducedAxes& reduced, Tensor& out);

/// out[r] = f(pointer to row r, its length), T the dtype of both.
template <class T, class F>
void reduce_rows(const Rows& rows, Tensor& out, F f) {
  const T* x = rows.matrix.data<T>().data();
  T* to = out.mutable_data<T>().data();
  for (std::int64_t r = 0; r < rows.count; ++r) to[r] = f(x + r * rows.length, rows.length);
}

/// f(pointer to row, pointer to the row of out, length) for every row along one axis, T the dtype of both.
template <class T, class F>
void map_rows(const Tensor& x, std::size_t axis, Tensor& out, F f) {
  const auto along = static_cast<std::int64_t>(axis);
  const Tensor rows = x.transposed(along, -1).contiguous();
  const std::int64_t length = x.shape()[axis];
  Tensor result = Tensor::uninitialized(rows.shape(), out.dtype());
  const T* from = rows.data<T>().data();
  T* to = result.mutable_data<T>().data();
  for (std::int64_t at = 0; at < x.size(); at += length) f(from + at, to + at, length);
  out = result.transposed(along, -1).contiguous();
}

}  // namespace nabla::kernels
