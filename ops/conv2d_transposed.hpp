#pragma once

#include <nabla/apply.hpp>
#include <nabla/spatial.hpp>

namespace nabla {
namespace ops {

struct Conv2dTransposed {
  static constexpr OpInfo info{.name = "conv2d_transposed",
                               .arity = 2,
                               .formula = "x[n, c, i + k, j + l] = sum w[o, c, k, l] y[n, o, i, j]",
                               .shapes = "[n, o, h', w'] [o, c / groups, k, l] -> [n, c, h, w]",
                               .derivative = "y: conv2d(u, w); w: conv2d_weight_gradient(u, y)",
                               .rule_reads_result = false};
  HeightWidth size = 1;
  Conv2dOptions options = {};

  Shape infer(Shapes in) const;
  void forward(Tensors in, Tensor& out) const;
  template <Value V>
  void vjp(const Pullback<V>& p) const;
  static std::vector<Sample> samples();
  static std::vector<BadCall> bad_calls();
};

}  // namespace ops

/// The transpose of conv2d as a function of x: what conv2d with this weight and these options reads from an element of
/// x to make y is here added to it. y [samples, filters, height', width'] is of the shape that conv2d gives for an x of
/// [samples, channels, size]; the result has the shape of that x. It is the gradient of conv2d with respect to x, and
/// the "transposed convolution" that enlarges images. @throws as conv2d
template <Value Y, Value W>
Result<Y, W> conv2d_transposed(const Y& y, const W& weight, HeightWidth size, const Conv2dOptions& options = {}) {
  return apply(ops::Conv2dTransposed{size, options}, y, weight);
}

}  // namespace nabla
