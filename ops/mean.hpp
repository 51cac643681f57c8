#pragma once

#include <nabla/apply.hpp>
#include <nabla/axes.hpp>

namespace nabla {
namespace ops {

struct Mean {
  static constexpr OpInfo info{
      .name = "mean", .arity = 1, .formula = "(1/n) sum x", .shapes = "any -> without the axes", .derivative = "u / n"};
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

/// The mean over the given axes (all by default); the mean of nothing is NaN. `keep` leaves the reduced axes with
/// extent 1.
/// @throws ShapeError for an axis out of range or named twice; DTypeError unless floating
template <Value V>
V mean(const V& x, const Axes& axes = {}, bool keep = false) {
  return apply(ops::Mean{axes, keep}, x);
}

}  // namespace nabla
