// A step along a line that satisfies the strong Wolfe conditions.
#pragma once

#include <cstdint>
#include <functional>

namespace nabla::optim {

/// φ(α) = f(x + α d) at one α.
struct Trial {
  double step = 0;   // α
  double rise = 0;   // φ(α) − φ(0); infinite where f or its gradient is not finite
  double slope = 0;  // φ'(α)
};

struct WolfeOptions {
  double c1, c2;
  double resolution;  // a difference of two α that x + α d does not show
  std::int64_t max_evaluations;
};

/// An α for which φ(α) ≤ φ(0) + c₁ α φ'(0) and |φ'(α)| ≤ c₂ |φ'(0)| (Nocedal and Wright 2006, algorithms 3.5 and 3.6).
/// Where there is none to be found, one that satisfies the first condition alone; α = 0 where there is not even that.
/// @param slope   φ'(0), below 0
/// @param first   the α to begin with, above 0
Trial wolfe_search(const std::function<Trial(double)>& phi, double slope, double first, const WolfeOptions& options);

}  // namespace nabla::optim
