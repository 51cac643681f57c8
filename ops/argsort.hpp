#pragma once

#include <nabla/apply.hpp>
#include <nabla/ops/_values_and_indices.hpp>
#include <nabla/ops/gather.hpp>

namespace nabla {
namespace ops {

struct Argsort {
  static constexpr OpInfo info{.name = "argsort",
                               .arity = 1,
                               .formula = "indices of x in order",
                               .shapes = "any, an axis of it",
                               .convention = "equal elements keep their order; NaN is the largest",
                               .dtypes = DTypes::any,
                               .differentiable = false};
  std::int64_t axis = -1;
  bool descending = false;

  Shape infer(Shapes in) const;
  DType infer_dtype(Tensors in) const;
  void forward(Tensors in, Tensor& out) const;
  static std::vector<Sample> samples();
  static std::vector<BadCall> bad_calls();
};

}  // namespace ops

/// The indices (i64) that put x in order along an axis. Equal elements keep their order; NaN counts as the largest. It
/// has no derivative. @throws ShapeError for an axis out of range
template <Value V>
V argsort(const V& x, std::int64_t axis = -1, bool descending = false) {
  return apply(ops::Argsort{axis, descending}, x);
}

/// The elements in order along an axis, and their indices, as argsort. A cotangent goes where its element came from.
/// @throws ShapeError for an axis out of range
template <Value V>
ValuesAndIndices<V> sort(const V& x, std::int64_t axis = -1, bool descending = false) {
  const V indices = argsort(x, axis, descending);
  return {gather(x, indices, axis), indices};
}

}  // namespace nabla
