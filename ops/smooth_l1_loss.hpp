#pragma once

#include <nabla/apply.hpp>
#include <nabla/option.hpp>
#include <nabla/reduction.hpp>

namespace nabla {
namespace ops {

struct SmoothL1Loss {
  static constexpr OpInfo info{.name = "smooth_l1_loss",
                               .arity = 2,
                               .formula = "d^2 / (2 beta) where |d| < beta, else |d| - beta / 2; d = a - y",
                               .derivative = "a: u min(max(d / beta, -1), 1); y: the negative of it",
                               .convention = "sign d for beta = 0",
                               .source = "Girshick 2015"};
  static const Elementwise elementwise;
  double beta = 1;

  Shape infer(Shapes in) const;
  template <Value V>
  void vjp(const Pullback<V>& p) const;
  static std::vector<Sample> samples();
  static std::vector<BadCall> bad_calls();
};

}  // namespace ops

struct SmoothL1LossOptions {
  double beta = 1;  ///< ≥ 0; with 0 it is the l1_loss
  Reduction reduction = Reduction::mean;
};

/// The absolute error of outputs a and targets y with its corner rounded off, for residuals d = a − y: d²/(2β) where
/// |d| < β, else |d| − ½β. That is the huber_loss divided by δ = β. a and y have one shape.
/// @throws ShapeError, DTypeError
template <Value A, Value Y>
Result<A, Y> smooth_l1_loss(const A& a, const Y& y, const SmoothL1LossOptions& options = {}) {
  return reduced(apply(ops::SmoothL1Loss{detail::checked("smooth_l1_loss", "beta", options.beta, 0)}, a, y),
                 options.reduction);
}

}  // namespace nabla
