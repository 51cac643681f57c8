#pragma once

#include <nabla/apply.hpp>

namespace nabla {
namespace ops {

struct LogisticDensity {
  static constexpr OpInfo info{
      .name = "logistic_density", .arity = 1, .formula = "e^x / (1 + e^x)^2", .derivative = "u y (1 - 2 sigmoid(x))"};
  static const Elementwise elementwise;
  template <Value V>
  void vjp(const Pullback<V>& p) const;
  static std::vector<Sample> samples();
  static std::vector<BadCall> bad_calls();
};

}  // namespace ops

/// The density of the logistic distribution, element by element: σ'(x) = σ(x) σ(−x), with all digits in both tails.
/// @throws DTypeError unless floating
template <Value V>
V logistic_density(const V& x) {
  return apply(ops::LogisticDensity{}, x);
}

}  // namespace nabla
