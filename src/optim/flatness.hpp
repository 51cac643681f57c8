// Going on downhill where f is flat to rounding.
#pragma once

#include <cmath>
#include <cstdint>

namespace nabla::optim {

/// f at the two ends of a step, and its slopes along it.
struct Ends {
  double value_before, value_after;
  double slope_before, slope_after;  // dᵀ∇f for the step d
};

/// A value of f and its neighbours that differ from it by no more than a part ε^(2/3) are not told apart: 4·10⁻¹¹ for
/// f64. Rounding errors of f are mostly much smaller, but they are those of what f is the sum of, not only of f.
class Flatness {
 public:
  explicit Flatness(double epsilon) : part_(std::cbrt(epsilon * epsilon)) {}

  bool is_flat(double before, double after) const { return std::abs(after - before) <= part_ * std::abs(before); }

  /// f after − f before. Where that is hidden by rounding, the trapezoid rule gives it from the slopes: by an error of
  /// third order in the step, and hence with the relative precision of the slopes near a minimum.
  double rise(const Ends& e) const {
    return is_flat(e.value_before, e.value_after) ? (e.slope_before + e.slope_after) / 2
                                                  : e.value_after - e.value_before;
  }

 private:
  double part_;
};

/// Sees when nothing is left to gain: for some steps, f has not fallen by more than is flat, and the gain that was
/// predicted for them, which falls fast near a minimum, has not become half of what it was.
class Stagnation {
 public:
  explicit Stagnation(const Flatness& flatness) : flatness_(flatness) {}

  bool after(double value, double predicted_gain) {
    const bool fell = value < value_ && !flatness_.is_flat(value_, value);
    if (steps_ == 0 || fell || predicted_gain < gain_ / 2) {
      value_ = value;
      gain_ = predicted_gain;
      steps_ = 0;
    }
    return ++steps_ > patience;
  }

 private:
  static constexpr int patience = 20;

  Flatness flatness_;
  double value_ = 0, gain_ = 0;
  int steps_ = 0;
};

}  // namespace nabla::optim
