#pragma once

#include <nabla/apply.hpp>
#include <nabla/ops/_values_and_indices.hpp>
#include <nabla/ops/gather.hpp>
#include <nabla/ops/reshape.hpp>

namespace nabla {
namespace ops {

struct Argmax {
  static constexpr OpInfo info{.name = "argmax",
                               .arity = 1,
                               .formula = "index of the largest",
                               .shapes = "[..., n, ...] -> [..., ...]",
                               .convention = "the first of the largest; a NaN is larger",
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

/// The index (i64) of the largest element along an axis, the first of several; that of a NaN if there is one. `keep`
/// leaves the axis with extent 1. It has no derivative. @throws ShapeError for an axis out of range or without elements
template <Value V>
V argmax(const V& x, std::int64_t axis = -1, bool keep = false) {
  return apply(ops::Argmax{axis, keep}, x);
}

/// The largest element along an axis, and its index, as argmax. The whole cotangent goes to that one element; max()
/// lets ties share it. @throws ShapeError for an axis out of range or without elements
template <Value V>
ValuesAndIndices<V> max_dim(const V& x, std::int64_t axis, bool keep = false) {
  const V indices = argmax(x, axis, true);
  const V values = gather(x, indices, axis);
  if (keep) return {values, indices};
  Dims shape = values.shape();
  shape.erase(normalize_axis("max_dim", axis, values.shape()));
  return {reshape(values, shape), reshape(indices, shape)};
}

}  // namespace nabla
