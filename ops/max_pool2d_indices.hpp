#pragma once

#include <nabla/apply.hpp>
#include <nabla/spatial.hpp>

namespace nabla {
namespace ops {

struct MaxPool2dIndices {
  static constexpr OpInfo info{.name = "max_pool2d_indices",
                               .arity = 1,
                               .formula = "argmax x over windows",
                               .shapes = "[samples, channels, h, w] -> [samples, channels, h', w']",
                               .convention = "the first of the largest; a NaN is larger",
                               .differentiable = false};
  HeightWidth kernel = 1;
  MaxPool2dOptions options = {};

  Shape infer(Shapes in) const;
  DType infer_dtype(Tensors in) const;
  void forward(Tensors in, Tensor& out) const;
  static std::vector<Sample> samples();
  static std::vector<BadCall> bad_calls();
};

}  // namespace ops

/// Where max_pool2d finds the largest element of each window: row · width + column, i64, of the first one in row-major
/// order. It has no derivative. @throws as max_pool2d
template <Value V>
V max_pool2d_indices(const V& x, HeightWidth kernel, const MaxPool2dOptions& options = {}) {
  return apply(ops::MaxPool2dIndices{kernel, options}, x);
}

}  // namespace nabla
