#pragma once

#include <nabla/apply.hpp>
#include <nabla/option.hpp>
#include <nabla/reduction.hpp>

namespace nabla {
namespace ops {

struct PoissonNllLoss {
  static constexpr OpInfo info{.name = "poisson_nll_loss",
                               .arity = 2,
                               .formula = "e^a - y a, or a - y ln a",
                               .derivative = "a: u (e^a - y), or u (1 - y / (a + eps)); y: -u a, or -u ln(a + eps)"};
  static const Elementwise elementwise;
  bool log_input = true;
  double eps = 1e-8;

  Shape infer(Shapes in) const;
  template <Value V>
  void vjp(const Pullback<V>& p) const;
  static std::vector<Sample> samples();
  static std::vector<BadCall> bad_calls();
};

}  // namespace ops

struct PoissonNllLossOptions {
  bool log_input = true;  ///< a is the logarithm of the rate; otherwise the rate itself
  double eps = 1e-8;      ///< ≥ 0; keeps the logarithm of a rate of 0 finite
  Reduction reduction = Reduction::mean;
};

/// The negative log-likelihood of counts y under Poisson distributions, without ln y!: e^a − y a where a is the
/// logarithm of the rate, else a − y ln(a + ε). a and y have one shape.
/// @throws ShapeError; DTypeError; ValueError for a negative eps
template <Value A, Value Y>
Result<A, Y> poisson_nll_loss(const A& a, const Y& y, const PoissonNllLossOptions& options = {}) {
  const double eps = detail::checked("poisson_nll_loss", "eps", options.eps, 0);
  return reduced(apply(ops::PoissonNllLoss{options.log_input, eps}, a, y), options.reduction);
}

}  // namespace nabla
