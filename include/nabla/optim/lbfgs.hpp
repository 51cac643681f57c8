// Quasi-Newton steps from the last few gradients.
#pragma once

#include <nabla/optim/minimum.hpp>
#include <nabla/optim/optimizer.hpp>
#include <vector>

namespace nabla::optim {

/// How the gradient changed along a step: s = xₖ₊₁ − xₖ and y = ∇f(xₖ₊₁) − ∇f(xₖ), of all parameters one behind the
/// other, f64.
struct CurvaturePair {
  Tensor step;
  Tensor gradient_change;
};

/// Minimises a smooth f of any number of parameters: x ← x − α H ∇f, where H, the inverse of the Hessian as the last
/// pairs (s, y) tell it, is never formed (Nocedal and Wright 2006, algorithm 7.4), and α satisfies the strong Wolfe
/// conditions (algorithms 3.5 and 3.6, with cubic interpolation):
///
///     f(x + α d) ≤ f(x) + c₁ α dᵀ∇f(x),   |dᵀ∇f(x + α d)| ≤ c₂ |dᵀ∇f(x)|
///
/// Where f is flat to rounding, its change is taken from the slopes at both ends, and the first condition becomes the
/// approximate one of Hager and Zhang (2005). So the minimum is found to the precision of the gradient, and not only to
/// that of f, which is half the digits. With both tolerances 0, that is where it ends.
///
///     optim::Lbfgs lbfgs;
///     Minimum m = lbfgs.minimize(net, [&](Tape& tape) { return quadratic_cost(net(tape.constant(x)), y); });
struct Lbfgs {
  std::int64_t history = 20;           ///< pairs that are kept, 1 or more
  double gradient_tolerance = 0;       ///< it ends where no |∂f/∂xᵢ| is larger
  double change_tolerance = 0;         ///< and where no |Δxᵢ| is larger than this times |xᵢ|
  std::int64_t max_iterations = 1000;  ///< of one minimize(), 0 or more
  double c1 = 1e-4;                    ///< 0 < c₁ < c₂ < 1
  double c2 = 0.9;
  std::int64_t max_evaluations = 20;  ///< of f in one search along a line, 1 or more

  std::vector<CurvaturePair> pairs = {};   ///< the last ones, oldest first
  std::vector<Parameter::Id> owners = {};  ///< the parameters that they are of

  /// From where the parameters are to a minimum near by; they are left there. Calls one after the other go on as one
  /// would.
  /// @throws ValueError for options out of range, no parameters, parameters other than before, or a loss that is not
  ///         finite to begin with; DTypeError for parameters that are not floating; TapeError for a loss on another
  ///         tape; ShapeError unless it has one element; what `loss` throws. Nothing is changed then.
  Minimum minimize(std::span<Parameter* const> parameters, const Objective& loss);
  Minimum minimize(HasParameters auto& net, const Objective& loss) { return minimize(net.parameters(), loss); }

  /// One iteration of it.
  Minimum step(std::span<Parameter* const> parameters, const Objective& loss);
  Minimum step(HasParameters auto& net, const Objective& loss) { return step(net.parameters(), loss); }

  /// The pairs, by names such as "parameter_changes/net.0.weight" and "gradient_changes/net.0.weight": f64, of the
  /// number of pairs and the shape of the parameter. @throws as the other optimisers'
  NamedTensors state(std::span<const Parameter* const> parameters) const;
  void restore(std::span<const Parameter* const> parameters, const NamedTensors& state);
};

/// The minimum of a scalar f near x, where f takes and returns a Var.
///
///     Minimum m = optim::minimize([](Var x) { return sum(square(square(x) - 2.0)); }, ones({3}));
template <class F>
Minimum minimize(F&& f, const Tensor& x, Lbfgs method = {}) {
  Parameter parameter("x", x);
  Parameter* const parameters[] = {&parameter};
  method.pairs.clear();
  Minimum minimum = method.minimize(parameters, [&](Tape& tape) { return Var(f(tape.parameter(parameter))); });
  minimum.x = parameter.value;
  return minimum;
}

}  // namespace nabla::optim
