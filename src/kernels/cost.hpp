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

/// Two operands of one shape as rows of numbers; copied only where they lie otherwise.
template <class T>
struct Pairs {
  Pairs(const Tensor& a, const Tensor& b)
      : size(a.size()),
        first((a.is_contiguous() ? a : copies[0] = a.contiguous()).template strided_data<T>()),
        second((b.is_contiguous() ? b : copies[1] = b.contiguous()).template strided_data<T>()) {}

  Tensor copies[2];
  std::int64_t size;
  const T* first;
  const T* second;
};

/// out = scale · Σ term(a, y) over two operands of one shape. Summed in double: one rounding for f32.
template <class Term>
void sum_of_terms(Term term, double scale, Tensor& out, const Tensor& a, const Tensor& y) {
  visit_floating(out.dtype(), [&]<class T>(std::type_identity<T>) {
    const Pairs<T> pairs(a, y);
    double total = 0;
    for (std::int64_t i = 0; i < pairs.size; ++i) total += static_cast<double>(term(pairs.first[i], pairs.second[i]));
    out.mutable_data<T>()[0] = static_cast<T>(scale * total);
  });
}

/// The reverse rule of such a sum: grad[k] = ct · term_k(a, y) for the operands that need it.
template <class First, class Second>
void pull_terms(const Pullback<Tensor>& p, First first, Second second) {
  visit_floating(p.out.dtype(), [&]<class T>(std::type_identity<T>) {
    const Pairs<T> pairs(p.in[0], p.in[1]);
    const T ct = p.ct.strided_data<T>()[0];
    const auto form = [&](std::size_t k, auto term) {
      if (!p.needs[k]) return;
      p.grad[k] = Tensor::uninitialized_like(p.in[k]);
      T* const to = reinterpret_cast<T*>(p.grad[k].new_data());
      for (std::int64_t i = 0; i < pairs.size; ++i) to[i] = ct * term(pairs.first[i], pairs.second[i]);
    };
    form(0, first);
    form(1, second);
  });
}

}  // namespace nabla::kernels
