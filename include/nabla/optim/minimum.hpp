// What those minimisers are given, and give, that choose their steps themselves and ask for f as often as they need it.
#pragma once

#include <cstdint>
#include <functional>
#include <nabla/tape.hpp>
#include <nabla/text.hpp>
#include <string>

namespace nabla::optim {

/// Records on an empty tape what is to be minimised: a loss, or residuals. Its value must be a function of the
/// parameters alone; dropout, or a batch drawn anew, would mislead a search along a line.
using Objective = std::function<Var(Tape&)>;

/// Why a minimisation ended.
enum class Stop {
  gradient,   ///< the gradient is within its tolerance
  change,     ///< the parameters changed by no more than the tolerance
  rounding,   ///< what there is left to gain is hidden by rounding errors
  unbounded,  ///< f is −∞ at a point, or fell to where x has no digits left for a step, and no less steeply at last
  iterations,  ///< so many were allowed
  stuck,  ///< no step goes down, though f is not flat: a jump, a kink, or values that are not finite are in the way
};

/// Where a minimisation ended. The quantities are those of f, or of ½ Σ r² for residuals r.
struct Minimum {
  Tensor x;                      ///< empty where f is one of parameters, which hold it
  double value = 0;              ///< f(x)
  double gradient_norm = 0;      ///< max |∂f/∂xᵢ|
  std::int64_t iterations = 0;   ///< steps that were made
  std::int64_t evaluations = 0;  ///< of f
  Stop reason = Stop::iterations;
};

std::string to_string(Stop reason);
/// "f = 0.5, gradient 3e-17, 12 iterations, 15 evaluations, rounding"
std::string to_string(const Minimum& minimum);

}  // namespace nabla::optim

template <>
struct fmt::formatter<nabla::optim::Stop> : nabla::detail::TextFormatter {};
template <>
struct fmt::formatter<nabla::optim::Minimum> : nabla::detail::TextFormatter {};
