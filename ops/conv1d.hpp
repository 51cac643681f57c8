#pragma once

#include <nabla/apply.hpp>
#include <nabla/spatial.hpp>

namespace nabla {
namespace ops {

struct Conv1d {
  static constexpr OpInfo info{.name = "conv1d",
                               .arity = 3,
                               .formula = "y[n, o, i] = b[o] + sum w[o, c, k] x[n, c, i + k]",
                               .shapes = "[n, c, l] [o, c / groups, k] [o] -> [n, o, l']",
                               .derivative = "as conv2d"};
  Conv1dOptions options = {};

  Shape infer(Shapes in) const;
  void forward(Tensors in, Tensor& out) const;
  template <Value V>
  void vjp(const Pullback<V>& p) const;
  static std::vector<Sample> samples();
  static std::vector<BadCall> bad_calls();
};

}  // namespace ops

/// The cross-correlation of sequences x [samples, channels, length] with filters, the weight [filters, channels /
/// groups, kernel], plus the bias [filters], or one number for all:
///   y[n, o, i] = b[o] + Σ w[o, c, k] x[n, c, s i − p + d k]
/// for stride s, padding p and dilation d. y is [samples, filters, ⌊(length + 2p − d (kernel − 1) − 1) / s⌋ + 1].
/// @throws ShapeError; DTypeError; ValueError for a stride, a dilation or groups below 1, or a negative padding
template <Value X, Value W, Operand B>
Result<X, W, B> conv1d(const X& x, const W& weight, const B& bias, const Conv1dOptions& options = {}) {
  return apply(ops::Conv1d{options}, x, weight, bias);
}
template <Value X, Value W>
Result<X, W> conv1d(const X& x, const W& weight, const Conv1dOptions& options = {}) {
  return conv1d(x, weight, 0.0, options);
}

}  // namespace nabla
