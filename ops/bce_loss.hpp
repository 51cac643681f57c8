#pragma once

#include <nabla/apply.hpp>
#include <nabla/reduction.hpp>

namespace nabla {
namespace ops {

struct BceLoss {
  static constexpr OpInfo info{.name = "bce_loss",
                               .arity = 2,
                               .formula = "-y ln a - (1 - y) ln(1 - a)",
                               .derivative = "a: u (a - y) / (a (1 - a)); y: u (ln(1 - a) - ln a)",
                               .convention = "logarithms are at least -100, a (1 - a) at least 1e-12"};
  static const Elementwise elementwise;
  Shape infer(Shapes in) const;
  template <Value V>
  void vjp(const Pullback<V>& p) const;
  static std::vector<Sample> samples();
  static std::vector<BadCall> bad_calls();
};

}  // namespace ops

/// The cross-entropy −y ln a − (1 − y) ln(1 − a) of probabilities a, as sigmoid gives them, and targets y in [0, 1],
/// entry by entry, and by default the mean of all. The logarithms are bounded below by −100, and the slope (a − y) /
/// (a(1 − a)) by a denominator of 10⁻¹²; bce_with_logits needs no such bounds. An a outside [0, 1] gives NaN. a and y
/// have one shape; a weight, if there is one, multiplies the losses and broadcasts to them.
/// @throws ShapeError, DTypeError
template <Value A, Value Y>
Result<A, Y> bce_loss(const A& a, const Y& y, Reduction reduction = Reduction::mean) {
  return reduced(apply(ops::BceLoss{}, a, y), reduction);
}
template <Value A, Value Y, Value W>
Result<A, Y, W> bce_loss(const A& a, const Y& y, const W& weight, Reduction reduction = Reduction::mean) {
  return reduced(mul(bce_loss(a, y, Reduction::none), weight), reduction);
}

}  // namespace nabla
