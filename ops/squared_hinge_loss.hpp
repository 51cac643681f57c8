#pragma once

#include <nabla/apply.hpp>
#include <nabla/reduction.hpp>

namespace nabla {
namespace ops {

struct SquaredHingeLoss {
  static constexpr OpInfo info{.name = "squared_hinge_loss",
                               .arity = 2,
                               .formula = "max(0, 1 - y a)^2",
                               .derivative = "a: -2 u y max(0, 1 - y a); y: -2 u a max(0, 1 - y a)"};
  static const Elementwise elementwise;
  Shape infer(Shapes in) const;
  template <Value V>
  void vjp(const Pullback<V>& p) const;
  static std::vector<Sample> samples();
  static std::vector<BadCall> bad_calls();
};

}  // namespace ops

/// max(0, 1 − y a)² of outputs a and targets y = ±1, entry by entry, and by default the mean of all. a and y have one
/// shape.
/// @throws ShapeError, DTypeError
template <Value A, Value Y>
Result<A, Y> squared_hinge_loss(const A& a, const Y& y, Reduction reduction = Reduction::mean) {
  return reduced(apply(ops::SquaredHingeLoss{}, a, y), reduction);
}

}  // namespace nabla
