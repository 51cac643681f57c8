#pragma once

#include <nabla/apply.hpp>
#include <optional>

namespace nabla {
namespace ops {

struct Embedding {
  static constexpr OpInfo info{.name = "embedding",
                               .arity = 2,
                               .formula = "rows W[index]",
                               .shapes = "index [...], [entries, width] -> [..., width]",
                               .derivative = "W: u added to the rows it came from",
                               .convention = "0 for the row of padding_index"};
  std::optional<std::int64_t> padding_index;

  Shape infer(Shapes in) const;
  DType infer_dtype(Tensors in) const;
  void forward(Tensors in, Tensor& out) const;
  template <Value V>
  void vjp(const Pullback<V>& p) const;
  static std::vector<Sample> samples();
  static std::vector<BadCall> bad_calls();
};

}  // namespace ops

/// Rows of the weight [entries, width], picked by an index (i64) of any shape: the result has that shape and one axis
/// more, of extent width. The gradient of the row `padding_index` is zero; a negative one counts from the end.
/// @throws ShapeError, DTypeError; ValueError for an index outside 0 … entries − 1
template <Operand I, Operand W>
Result<I, W> embedding(const I& index, const W& weight, std::optional<std::int64_t> padding_index = {}) {
  return apply(ops::Embedding{padding_index}, index, weight);
}

}  // namespace nabla
