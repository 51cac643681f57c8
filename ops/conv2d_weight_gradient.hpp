#pragma once

#include <nabla/apply.hpp>
#include <nabla/spatial.hpp>

namespace nabla {
namespace ops {

struct Conv2dWeightGradient {
  static constexpr OpInfo info{.name = "conv2d_weight_gradient",
                               .arity = 2,
                               .formula = "w[o, c, k, l] = sum y[n, o, i, j] x[n, c, i + k, j + l]",
                               .shapes = "[n, c, h, w] [n, o, h', w'] -> [o, c / groups, k, l]",
                               .derivative = "x: conv2d_transposed(y, u); y: conv2d(x, u)",
                               .rule_reads_result = false};
  HeightWidth kernel = 1;
  Conv2dOptions options = {};

  Shape infer(Shapes in) const;
  void forward(Tensors in, Tensor& out) const;
  template <Value V>
  void vjp(const Pullback<V>& p) const;
  static std::vector<Sample> samples();
  static std::vector<BadCall> bad_calls();
};

}  // namespace ops

/// The transpose of conv2d as a function of its weight: the products of y [samples, filters, height', width'] with the
/// elements of x [samples, channels, height, width] that conv2d with these options multiplies by the same element of a
/// weight of [filters, channels / groups, kernel], summed up in the shape of that weight. It is the gradient of conv2d
/// with respect to the weight. @throws as conv2d
template <Value X, Value Y>
Result<X, Y> conv2d_weight_gradient(const X& x, const Y& y, HeightWidth kernel, const Conv2dOptions& options = {}) {
  return apply(ops::Conv2dWeightGradient{kernel, options}, x, y);
}

}  // namespace nabla
