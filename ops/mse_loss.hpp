#pragma once

#include <nabla/apply.hpp>
#include <nabla/reduction.hpp>

namespace nabla {
namespace ops {

struct MseLoss {
  static constexpr OpInfo info{
      .name = "mse_loss", .arity = 2, .formula = "(a - y)^2", .derivative = "a: 2 u (a - y); y: -2 u (a - y)"};
  static const Elementwise elementwise;
  Shape infer(Shapes in) const;
  template <Value V>
  void vjp(const Pullback<V>& p) const;
  static std::vector<Sample> samples();
  static std::vector<BadCall> bad_calls();
};

}  // namespace ops

/// The squared error (a − y)² of outputs a and targets y, entry by entry, and by default the mean of all. a and y have
/// one shape.
/// @throws ShapeError, DTypeError
template <Value A, Value Y>
Result<A, Y> mse_loss(const A& a, const Y& y, Reduction reduction = Reduction::mean) {
  return reduced(apply(ops::MseLoss{}, a, y), reduction);
}

}  // namespace nabla
