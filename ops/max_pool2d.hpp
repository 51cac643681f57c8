#pragma once

#include <nabla/apply.hpp>
#include <nabla/spatial.hpp>

namespace nabla {
namespace ops {

struct MaxPool2d {
  static constexpr OpInfo info{.name = "max_pool2d",
                               .arity = 1,
                               .formula = "max x over windows",
                               .shapes = "[samples, channels, h, w] -> [samples, channels, h', w']",
                               .derivative = "u, to the largest of each window",
                               .convention = "all to the first of the largest"};
  HeightWidth kernel = 1;
  MaxPool2dOptions options = {};

  Shape infer(Shapes in) const;
  void forward(Tensors in, Tensor& out) const;
  template <Value V>
  void vjp(const Pullback<V>& p) const;
  static std::vector<Sample> samples();
  static std::vector<BadCall> bad_calls();
};

}  // namespace ops

/// The largest element of each window of x [samples, channels, height, width]; padding counts as −∞. The result is
/// [samples, channels, ⌊(height + 2p − kernel) / s⌋ + 1, likewise] for stride s and padding p. The cotangent of a
/// window goes to the first of its largest elements, in row-major order. A NaN is larger than anything.
/// @throws ShapeError; DTypeError; ValueError for a padding of more than half the kernel
template <Value V>
V max_pool2d(const V& x, HeightWidth kernel, const MaxPool2dOptions& options = {}) {
  return apply(ops::MaxPool2d{kernel, options}, x);
}

}  // namespace nabla
