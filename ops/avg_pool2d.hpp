#pragma once

#include <nabla/apply.hpp>
#include <nabla/spatial.hpp>

namespace nabla {
namespace ops {

struct AvgPool2d {
  static constexpr OpInfo info{.name = "avg_pool2d",
                               .arity = 1,
                               .formula = "mean x over windows",
                               .shapes = "[samples, channels, h, w] -> [samples, channels, h', w']",
                               .derivative = "avg_pool2d_transposed(u)"};
  HeightWidth kernel = 1;
  AvgPool2dOptions options = {};

  Shape infer(Shapes in) const;
  void forward(Tensors in, Tensor& out) const;
  template <Value V>
  void vjp(const Pullback<V>& p) const;
  static std::vector<Sample> samples();
  static std::vector<BadCall> bad_calls();
};

}  // namespace ops

/// The mean of each window of x [samples, channels, height, width]; the padding is zeros, which count as elements of a
/// window or, without count_include_pad, do not. The result is
/// [samples, channels, ⌊(height + 2p − kernel) / s⌋ + 1, likewise] for stride s and padding p.
/// @throws ShapeError; DTypeError; ValueError for a padding of more than half the kernel
template <Value V>
V avg_pool2d(const V& x, HeightWidth kernel, const AvgPool2dOptions& options = {}) {
  return apply(ops::AvgPool2d{kernel, options}, x);
}

}  // namespace nabla
