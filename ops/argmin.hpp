#pragma once

#include <nabla/apply.hpp>
#include <nabla/ops/_values_and_indices.hpp>
#include <nabla/ops/gather.hpp>
#include <nabla/ops/reshape.hpp>

namespace nabla {
namespace ops {

struct Argmin {
  static constexpr OpInfo info{.name = "argmin",
                               .arity = 1,
                               .formula = "index of the smallest",
                               .shapes = "[..., n, ...] -> [..., ...]",
                               .convention = "the first of the smallest; a NaN is smaller",
                               .dtypes = DTypes::any,
                               .differentiable = false};
  std::int64_t axis = -1;
  bool keep = false;

  Shape infer(Shapes in) const;
  DType infer_dtype(Tensors in) const;
  void forward(Tensors in, Tensor& out) const;
  static std::vector<Sample> samples();
  static std::vector<BadCall> bad_calls();
};

}  // namespace ops

/// The index (i64) of the smallest element along an axis, the first of several; that of a NaN if there is one. `keep`
/// leaves the axis with extent 1. It has no derivative. @throws ShapeError for an axis out of range or without elements
template <Value V>
V argmin(const V& x, std::int64_t axis = -1, bool keep = false) {
  return apply(ops::Argmin{axis, keep}, x);
}

/// The smallest element along an axis, and its index, as argmin. The whole cotangent goes to that one element; min()
/// lets ties share it. @throws ShapeError for an axis out of range or without elements
template <Value V>
ValuesAndIndices<V> min_dim(const V& x, std::int64_t axis, bool keep = false) {
  const V indices = argmin(x, axis, true);
  const V values = gather(x, indices, axis);
  if (keep) return {values, indices};
  Dims shape = values.shape();
  shape.erase(normalize_axis("min_dim", axis, values.shape()));
  return {reshape(values, shape), reshape(indices, shape)};
}

}  // namespace nabla
