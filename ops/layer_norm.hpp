#pragma once

#include <nabla/apply.hpp>
#include <nabla/shape.hpp>

namespace nabla {
namespace ops {

struct LayerNorm {
  static constexpr OpInfo info{.name = "layer_norm",
                               .arity = 3,
                               .formula = "(x - mean) / sqrt(variance + eps) * w + b",
                               .shapes = "[..., s] [s] [s], s one axis or more",
                               .derivative = "as batch_norm_train, for each place of the leading axes",
                               .convention = "(x - mean)^2 must not overflow",
                               .source = "Ba and others 2016"};
  Shape normalized_shape;
  double eps = 1e-5;

  Shape infer(Shapes in) const;
  void forward(Tensors in, Tensor& out) const;
  template <Value V>
  void vjp(const Pullback<V>& p) const;
  void vjp_fused(const Pullback<Tensor>& p) const;
  static std::vector<Sample> samples();
  static std::vector<BadCall> bad_calls();
};

}  // namespace ops

/// (x − mean) / √(variance + ε) · weight + bias, with the mean and the variance (biased) over the last axes of x, whose
/// extents are normalized_shape; that is also the shape of the weight and of the bias (J. L. Ba and others, Layer
/// normalization, 2016). Either may be one number for all.
/// @throws ShapeError; DTypeError; ValueError for a negative eps
template <Value X, Operand W, Operand B>
Result<X, W, B> layer_norm(const X& x, const Shape& normalized_shape, const W& weight, const B& bias,
                           double eps = 1e-5) {
  return apply(ops::LayerNorm{normalized_shape, eps}, x, weight, bias);
}
template <Value X>
X layer_norm(const X& x, const Shape& normalized_shape, double eps = 1e-5) {
  return layer_norm(x, normalized_shape, 1.0, 0.0, eps);
}

}  // namespace nabla
