#pragma once

#include <nabla/apply.hpp>
#include <nabla/reduction.hpp>

namespace nabla {
namespace ops {

struct SoftMarginLoss {
  static constexpr OpInfo info{.name = "soft_margin_loss",
                               .arity = 2,
                               .formula = "ln(1 + e^(-y a))",
                               .derivative = "a: -u y sigmoid(-y a); y: -u a sigmoid(-y a)"};
  static const Elementwise elementwise;
  Shape infer(Shapes in) const;
  template <Value V>
  void vjp(const Pullback<V>& p) const;
  static std::vector<Sample> samples();
  static std::vector<BadCall> bad_calls();
};

}  // namespace ops

/// ln(1 + e^(−y a)) of outputs a and targets y = ±1, entry by entry, and by default the mean of all; stable for any a.
/// a and y have one shape.
/// @throws ShapeError, DTypeError
template <Value A, Value Y>
Result<A, Y> soft_margin_loss(const A& a, const Y& y, Reduction reduction = Reduction::mean) {
  return reduced(apply(ops::SoftMarginLoss{}, a, y), reduction);
}

}  // namespace nabla
