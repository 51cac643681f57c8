#pragma once

#include <nabla/apply.hpp>

namespace nabla {
namespace ops {

struct Clamp {
  static constexpr OpInfo info{.name = "clamp",
                               .arity = 1,
                               .formula = "min(max(x, low), high)",
                               .derivative = "u (low <= x <= high ? 1 : 0)",
                               .convention = "1 at both bounds"};
  Clamp(double low, double high);
  double low;
  double high;

  static const Elementwise elementwise;
  template <Value V>
  void vjp(const Pullback<V>& p) const;
  static std::vector<Sample> samples();
  static std::vector<BadCall> bad_calls();
};

}  // namespace ops

/// min(max(x, low), high), element by element; the derivative at both bounds is 1. An infinite bound is none.
/// @throws DTypeError unless floating; ValueError unless low ≤ high
template <Value V>
V clamp(const V& x, double low, double high) {
  return apply(ops::Clamp(low, high), x);
}

}  // namespace nabla
