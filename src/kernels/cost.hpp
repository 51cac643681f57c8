// What the cost functions share: the number of samples, and the sum of a term over all entries.
#pragma once

#include <algorithm>
#include <cmath>
#include <nabla/error.hpp>
#include <nabla/op.hpp>

namespace nabla::kernels {

/// Samples are rows: [m, n] has m of them; a vector or a scalar is one sample.
inline double samples_of(const Shape& shape) {
  if (shape.rank() < 2) return 1;
  return static_cast<double>(shape.elements()) / static_cast<double>(std::max<std::int64_t>(shape.back(), 1));
}

/// A scalar, from outputs and targets of one shape.
inline Shape cost_shape(std::string_view where, const Shape& a, const Shape& y) {
  if (a != y) throw ShapeError(where, fmt::format("a has shape {}, y has {}; they must be equal", a, y));
  return {};
}

[[noreturn]] inline void refuse_probability(std::string_view where, double a) {
  throw ValueError(where, fmt::format("A probability of {}; a must lie in [0, 1], as sigmoid and softmax give it", a));
}

/// x ln y, with 0 ln 0 = 0.
template <class T>
T x_log_y(T x, T y) {
  return x == 0 ? T{0} : x * std::log(y);
}

/// y / a, and 0 where y is 0, whatever a is. The denominator is masked too: its own derivatives at 0 are not finite,
/// and would pass through a mask of the quotient alone as 0 · inf.
template <Value V>
V ratio(const V& y, const V& a) {
  const V absent = equal(y, 0.0);
  return where(absent, 0.0, y / where(absent, 1.0, a));
}

/// out = scale · Σ term(a, y) over two operands of one shape. Summed in double: one rounding for f32.
template <class Term>
void sum_of_terms(Term term, double scale, Tensor& out, const Tensor& a, const Tensor& y) {
  const Tensor left = a.contiguous(), right = y.contiguous();
  visit_floating(out.dtype(), [&]<class T>(std::type_identity<T>) {
    const std::span<const T> x = left.data<T>(), t = right.data<T>();
    double total = 0;
    for (std::size_t i = 0; i < x.size(); ++i) total += static_cast<double>(term(x[i], t[i]));
    out.mutable_data<T>()[0] = static_cast<T>(scale * total);
  });
}

}  // namespace nabla::kernels
