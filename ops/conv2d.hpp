#pragma once

#include <nabla/apply.hpp>
#include <nabla/spatial.hpp>

namespace nabla {
namespace ops {

struct Conv2d {
  static constexpr OpInfo info{.name = "conv2d",
                               .arity = 3,
                               .formula = "y[n, o, i, j] = b[o] + sum w[o, c, k, l] x[n, c, i + k, j + l]",
                               .shapes = "[n, c, h, w] [o, c / groups, k, l] [o] -> [n, o, h', w']",
                               .derivative = "x: conv2d_transposed(u, w); w: conv2d_weight_gradient(x, u); b: sum u",
                               .rule_reads_result = false};
  Conv2dOptions options = {};

  Shape infer(Shapes in) const;
  void forward(Tensors in, Tensor& out) const;
  template <Value V>
  void vjp(const Pullback<V>& p) const;
  static std::vector<Sample> samples();
  static std::vector<BadCall> bad_calls();
};

}  // namespace ops

/// The cross-correlation of images x [samples, channels, height, width] with filters, the weight [filters, channels /
/// groups, kernel height, kernel width], plus the bias [filters], or one number for all:
///   y[n, o, i, j] = b[o] + Σ w[o, c, k, l] x[n, c, s i − p + d k, s j − p + d l]
/// for stride s, padding p and dilation d. y is [samples, filters, height', width'] with
/// height' = ⌊(height + 2p − d (kernel height − 1) − 1) / s⌋ + 1.
/// @throws ShapeError; DTypeError; ValueError for a stride, a dilation or groups below 1, or a negative padding
template <Value X, Value W, Operand B>
Result<X, W, B> conv2d(const X& x, const W& weight, const B& bias, const Conv2dOptions& options = {}) {
  return apply(ops::Conv2d{options}, x, weight, bias);
}
template <Value X, Value W>
Result<X, W> conv2d(const X& x, const W& weight, const Conv2dOptions& options = {}) {
  return conv2d(x, weight, 0.0, options);
}

}  // namespace nabla
