#pragma once

#include <nabla/apply.hpp>
#include <nabla/spatial.hpp>

namespace nabla {
namespace ops {

struct AvgPool2dTransposed {
  static constexpr OpInfo info{.name = "avg_pool2d_transposed",
                               .arity = 1,
                               .formula = "y / n, spread over windows of n elements",
                               .shapes = "[samples, channels, h', w'] -> [samples, channels, h, w]",
                               .derivative = "avg_pool2d(u)"};
  HeightWidth size = 1;
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

/// The transpose of avg_pool2d, and its gradient: each element of y [samples, channels, height', width'], divided by
/// what avg_pool2d divides by, is added to all elements of its window in the result [samples, channels, size].
/// @throws as avg_pool2d
template <Value V>
V avg_pool2d_transposed(const V& y, HeightWidth size, HeightWidth kernel, const AvgPool2dOptions& options = {}) {
  return apply(ops::AvgPool2dTransposed{size, kernel, options}, y);
}

}  // namespace nabla
