#pragma once

#include <nabla/apply.hpp>

namespace nabla {
namespace ops {

struct OneHot {
  static constexpr OpInfo info{.name = "one_hot",
                               .arity = 1,
                               .formula = "y[.., k] = (x = k)",
                               .shapes = "[...] -> [..., classes]",
                               .differentiable = false};
  std::int64_t classes = 0;
  DType dtype = f64;

  Shape infer(Shapes in) const;
  DType infer_dtype(Tensors in) const;
  void forward(Tensors in, Tensor& out) const;
  static std::vector<Sample> samples();
  static std::vector<BadCall> bad_calls();
};

}  // namespace ops

/// Class indices (i64) to rows with a 1 at the class: one more axis, of extent `classes`, last. It has no derivative.
/// @throws DTypeError unless the operand is i64; ValueError for an index outside 0 … classes − 1
template <Value V>
V one_hot(const V& index, std::int64_t classes, DType dtype = f64) {
  return apply(ops::OneHot{classes, dtype}, index);
}

}  // namespace nabla
