#pragma once

#include <nabla/apply.hpp>
#include <nabla/reduction.hpp>

namespace nabla {
namespace ops {

struct HingeLoss {
  static constexpr OpInfo info{.name = "hinge_loss",
                               .arity = 2,
                               .formula = "max(0, 1 - y a)",
                               .derivative = "a: -u y where y a < 1; y: -u a where y a < 1",
                               .convention = "0 at y a = 1"};
  static const Elementwise elementwise;
  Shape infer(Shapes in) const;
  template <Value V>
  void vjp(const Pullback<V>& p) const;
  static std::vector<Sample> samples();
  static std::vector<BadCall> bad_calls();
};

}  // namespace ops

/// max(0, 1 − y a) of outputs a and targets y = ±1, entry by entry, and by default the mean of all. Its derivative at
/// the corner is taken as 0. a and y have one shape.
/// @throws ShapeError, DTypeError
template <Value A, Value Y>
Result<A, Y> hinge_loss(const A& a, const Y& y, Reduction reduction = Reduction::mean) {
  return reduced(apply(ops::HingeLoss{}, a, y), reduction);
}

}  // namespace nabla
