#pragma once

#include <nabla/apply.hpp>
#include <nabla/axes.hpp>

namespace nabla {
namespace ops {

struct Flip {
  static constexpr OpInfo info{.name = "flip",
                               .arity = 1,
                               .formula = "x, backwards",
                               .shapes = "any, axes of it",
                               .derivative = "flip(u)",
                               .dtypes = DTypes::any};
  Axes axes;

  Shape infer(Shapes in) const;
  void forward(Tensors in, Tensor& out) const;
  template <Value V>
  void vjp(const Pullback<V>& p) const;
  static std::vector<Sample> samples();
  static std::vector<BadCall> bad_calls();
};

}  // namespace ops

/// The elements in reverse order along the given axes (all by default).
/// @throws ShapeError for an axis out of range or named twice
template <Value V>
V flip(const V& x, const Axes& axes = {}) {
  return apply(ops::Flip{axes}, x);
}

}  // namespace nabla
