#pragma once

#include <nabla/apply.hpp>
#include <nabla/ops/_values_and_indices.hpp>
#include <nabla/ops/gather.hpp>

namespace nabla {
namespace ops {

/// The indices; topk() gathers the values.
struct Topk {
  static constexpr OpInfo info{.name = "topk",
                               .arity = 1,
                               .formula = "indices of the k largest",
                               .shapes = "[..., n, ...] -> [..., k, ...]",
                               .convention = "the first of equal elements; NaN is the largest",
                               .dtypes = DTypes::any,
                               .differentiable = false};
  std::int64_t k = 1;
  std::int64_t axis = -1;
  bool largest = true;

  Shape infer(Shapes in) const;
  DType infer_dtype(Tensors in) const;
  void forward(Tensors in, Tensor& out) const;
  static std::vector<Sample> samples();
  static std::vector<BadCall> bad_calls();
};

}  // namespace ops

/// The k largest elements along an axis in descending order, or the k smallest in ascending order, and their indices.
/// Of equal elements the first ones are taken; NaN counts as the largest. A cotangent goes where its element came from.
/// @throws ShapeError for an axis out of range; ValueError unless 0 ≤ k ≤ extent
template <Value V>
ValuesAndIndices<V> topk(const V& x, std::int64_t k, std::int64_t axis = -1, bool largest = true) {
  const V indices = apply(ops::Topk{k, axis, largest}, x);
  return {gather(x, indices, axis), indices};
}

}  // namespace nabla
