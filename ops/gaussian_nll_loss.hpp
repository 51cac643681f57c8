#pragma once

#include <nabla/apply.hpp>
#include <nabla/option.hpp>
#include <nabla/reduction.hpp>

namespace nabla {
namespace ops {

struct GaussianNllLoss {
  static constexpr OpInfo info{
      .name = "gaussian_nll_loss",
      .arity = 3,
      .formula = "(ln v + (a - y)^2 / v) / 2, v = max(variance, eps)",
      .derivative = "a: u (a - y) / v; y: -u (a - y) / v; variance: u (1 / v - (a - y)^2 / v^2) / 2",
      .convention = "0 by a variance below eps"};
  static const Elementwise elementwise;
  double eps = 1e-6;

  Shape infer(Shapes in) const;
  template <Value V>
  void vjp(const Pullback<V>& p) const;
  static std::vector<Sample> samples();
  static std::vector<BadCall> bad_calls();
};

}  // namespace ops

struct GaussianNllLossOptions {
  double eps = 1e-6;  ///< ≥ 0; smaller variances count as this
  Reduction reduction = Reduction::mean;
};

/// The negative log-likelihood of targets y under normal distributions of mean a, without ½ ln 2π: ½(ln v + (a − y)²/v)
/// for v = max(variance, ε). What is below ε has a derivative of 0. a, y and the variance have one shape.
/// @throws ShapeError, DTypeError
template <Value A, Value Y, Value S>
Result<A, Y, S> gaussian_nll_loss(const A& a, const Y& y, const S& variance,
                                  const GaussianNllLossOptions& options = {}) {
  return reduced(
      apply(ops::GaussianNllLoss{detail::checked("gaussian_nll_loss", "eps", options.eps, 0)}, a, y, variance),
      options.reduction);
}

}  // namespace nabla
