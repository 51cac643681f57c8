#pragma once

#include <nabla/apply.hpp>
#include <nabla/axes.hpp>

namespace nabla {
namespace ops {

struct Max {
  static constexpr OpInfo info{.name = "max",
                               .arity = 1,
                               .formula = "max x",
                               .shapes = "any -> without the axes",
                               .derivative = "u where x = y, shared",
                               .convention = "ties share evenly, and so do NaNs",
                               .dtypes = DTypes::any};
  Axes axes;
  bool keep = false;

  Shape infer(Shapes in) const;
  void forward(Tensors in, Tensor& out) const;
  template <Value V>
  void vjp(const Pullback<V>& p) const;
  static std::vector<Sample> samples();
  static std::vector<BadCall> bad_calls();
};

}  // namespace ops

/// The largest element over the given axes (all by default); NaN if there is one. Ties share the cotangent evenly, and
/// so do NaNs. `keep` leaves the reduced axes with extent 1. There must be at least one element to choose from.
/// @throws ShapeError for an axis out of range or named twice
template <Value V>
V max(const V& x, const Axes& axes = {}, bool keep = false) {
  return apply(ops::Max{axes, keep}, x);
}
/// The same, by its other name in NumPy.
template <Value V>
V amax(const V& x, const Axes& axes = {}, bool keep = false) {
  return max(x, axes, keep);
}

}  // namespace nabla
