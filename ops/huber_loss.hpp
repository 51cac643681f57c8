#pragma once

#include <nabla/apply.hpp>
#include <nabla/option.hpp>
#include <nabla/reduction.hpp>

namespace nabla {
namespace ops {

struct HuberLoss {
  static constexpr OpInfo info{.name = "huber_loss",
                               .arity = 2,
                               .formula = "d^2 / 2 where |d| <= delta, else delta (|d| - delta / 2); d = a - y",
                               .derivative = "a: u min(max(d, -delta), delta); y: the negative of it",
                               .source = "Huber 1964"};
  static const Elementwise elementwise;
  double delta = 1;

  Shape infer(Shapes in) const;
  template <Value V>
  void vjp(const Pullback<V>& p) const;
  static std::vector<Sample> samples();
  static std::vector<BadCall> bad_calls();
};

}  // namespace ops

struct HuberLossOptions {
  double delta = 1;  ///< ≥ 0
  Reduction reduction = Reduction::mean;
};

/// Quadratic for small residuals d = a − y of outputs a and targets y, linear for large ones: ½d² where |d| ≤ δ, else
/// δ(|d| − ½δ) (P. J. Huber, Robust estimation of a location parameter, 1964). a and y have one shape.
/// @throws ShapeError, DTypeError
template <Value A, Value Y>
Result<A, Y> huber_loss(const A& a, const Y& y, const HuberLossOptions& options = {}) {
  return reduced(apply(ops::HuberLoss{detail::checked("huber_loss", "delta", options.delta, 0)}, a, y),
                 options.reduction);
}

}  // namespace nabla
