// Least squares, nonlinear: steps from the Jacobian of the residuals.
#pragma once

#include <nabla/optim/minimum.hpp>
#include <nabla/optim/optimizer.hpp>

namespace nabla::optim {

/// Minimises f = ½ Σ rᵢ² of residuals r, of any shape, whose Jacobian is J: x ← x + δ, where δ solves the linear least
/// squares
///
///     min ‖J δ + r‖² + λ ‖D δ‖²
///
/// (Levenberg 1944, Marquardt 1963) by an orthogonal factorisation of [J; √λ D], so that the condition of J is not
/// squared. D is diagonal and holds the largest norms that the columns of J have had (Moré 1978), which makes the steps
/// independent of the units of the parameters. λ follows the ratio of the gain to the one that J predicts (Nielsen
/// 1999); a step that gains nothing, or at whose end something is not finite, is taken back and λ raised.
///
/// Where f is flat to rounding, the gain is taken from the gradients at both ends, as by Lbfgs. With both tolerances 0,
/// it ends where these show none any more, and, since towards x = 0 they always do, after a step of less than ε² of the
/// largest ‖D x‖ there has been.
///
/// One sweep for each residual forms J, and it is kept in f64: this is for many residuals and few parameters, some
/// thousands by some hundreds.
struct LevenbergMarquardt {
  double gradient_tolerance = 0;       ///< it ends where no column of J has a cosine with r of larger magnitude
  double change_tolerance = 0;         ///< and where ‖D Δx‖ is no larger than this times ‖D x‖
  std::int64_t max_iterations = 1000;  ///< 0 or more
  double damping = 1e-3;               ///< λ to begin with, above 0

  /// From where the parameters are to a minimum near by; they are left there.
  /// @throws ValueError for options out of range, no parameters, no residuals, or residuals or derivatives that are not
  ///         finite to begin with; DTypeError for parameters or residuals that are not floating; TapeError for
  ///         residuals on another tape; ShapeError when their number changes; what `residuals` throws. Nothing is
  ///         changed then.
  Minimum minimize(std::span<Parameter* const> parameters, const Objective& residuals) const;
  Minimum minimize(HasParameters auto& net, const Objective& residuals) const {
    return minimize(net.parameters(), residuals);
  }
};

/// The least squares of residuals(x) near x, a function of a Var to a Var.
///
///     auto residuals = [&](Var b) { return slice(b, 0, 0, 1) * exp(-slice(b, 0, 1, 2) * t) - y; };
///     Minimum m = optim::levenberg_marquardt(residuals, Tensor::from({2}, {1, 1}));
template <class F>
Minimum levenberg_marquardt(F&& residuals, const Tensor& x, const LevenbergMarquardt& method = {}) {
  Parameter parameter("x", x);
  Parameter* const parameters[] = {&parameter};
  Minimum minimum = method.minimize(parameters, [&](Tape& tape) { return Var(residuals(tape.parameter(parameter))); });
  minimum.x = parameter.value;
  return minimum;
}

}  // namespace nabla::optim
