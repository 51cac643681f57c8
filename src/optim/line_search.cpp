#include "line_search.hpp"

#include <algorithm>
#include <cmath>
#include <utility>

namespace nabla::optim {
namespace {

/// The minimum of the cubic with the values and slopes of both trials (Nocedal and Wright 2006, equation 3.59); NaN
/// where it has none.
double cubic_minimum(const Trial& a, const Trial& b) {
  const double width = b.step - a.step;
  const double d1 = a.slope + b.slope - 3 * (b.rise - a.rise) / width;
  const double d2 = std::copysign(std::sqrt(d1 * d1 - a.slope * b.slope), width);
  return b.step - width * (b.slope + d2 - d1) / (b.slope - a.slope + 2 * d2);
}

class Search {
 public:
  Search(const std::function<Trial(double)>& phi, double slope, const WolfeOptions& options)
      : phi_(phi), slope_(slope), options_(options) {}

  /// Longer and longer steps, until there is one with both properties, or two with one between them (algorithm 3.5).
  Trial from(double step) {
    Trial previous{0, 0, slope_};
    while (may_evaluate()) {
      const Trial trial = evaluate(step);
      if (!is_low(trial) || (previous.step > 0 && trial.rise >= previous.rise)) return between(previous, trial);
      if (is_level(trial)) return trial;
      if (trial.slope >= 0) return between(trial, previous);
      const double farther = cubic_minimum(previous, trial);
      step = std::isnan(farther) ? 4 * step : std::clamp(farther, 2 * step, 10 * step);
      previous = trial;
    }
    return previous;
  }

 private:
  bool may_evaluate() const { return evaluations_ < options_.max_evaluations; }
  Trial evaluate(double step) {
    ++evaluations_;
    return phi_(step);
  }

  bool is_low(const Trial& t) const { return t.rise <= options_.c1 * t.step * slope_; }
  bool is_level(const Trial& t) const { return std::abs(t.slope) <= -options_.c2 * slope_; }

  /// `low` is low, the lowest of those that are, and its slope is downhill towards `other`; so a step with both
  /// properties lies between them (algorithm 3.6).
  Trial between(Trial low, Trial other) {
    double width = std::abs(other.step - low.step), width_before = INFINITY;
    while (may_evaluate() && width > options_.resolution) {
      const double left = std::min(low.step, other.step), edge = 0.1 * width;
      double step = cubic_minimum(low, other);
      if (std::isinf(other.rise))
        step = low.step + 0.1 * (other.step - low.step);
      else if (!(step >= left + edge && step <= left + width - edge) || width > 0.66 * width_before)
        step = left + width / 2;
      const Trial trial = evaluate(step);
      if (!is_low(trial) || trial.rise >= low.rise) {
        other = trial;
      } else {
        if (is_level(trial)) return trial;
        if (trial.slope * (other.step - low.step) >= 0) other = low;
        low = trial;
      }
      width_before = std::exchange(width, std::abs(other.step - low.step));
    }
    return low;
  }

  const std::function<Trial(double)>& phi_;
  double slope_;
  WolfeOptions options_;
  std::int64_t evaluations_ = 0;
};

}  // namespace

Trial wolfe_search(const std::function<Trial(double)>& phi, double slope, double first, const WolfeOptions& options) {
  return Search(phi, slope, options).from(first);
}

}  // namespace nabla::optim
