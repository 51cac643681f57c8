#pragma once

#include <nabla/apply.hpp>
#include <nabla/axes.hpp>

namespace nabla {
namespace ops {

struct Prod {
  static constexpr OpInfo info{.name = "prod",
                               .arity = 1,
                               .formula = "product of x",
                               .shapes = "any -> without the axes",
                               .derivative = "u times the product of the other x",
                               .convention = "right with any number of zeros"};
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

/// Π x over the given axes (all by default); the product of nothing is 1. `keep` leaves the reduced axes with extent 1.
/// Its derivatives of every order are right with any number of zeros.
/// @throws ShapeError for an axis out of range or named twice; DTypeError unless floating
template <Value V>
V prod(const V& x, const Axes& axes = {}, bool keep = false) {
  return apply(ops::Prod{axes, keep}, x);
}

}  // namespace nabla
