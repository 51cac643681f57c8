#pragma once

#include <nabla/apply.hpp>

namespace nabla {
namespace ops {

struct Sigmoid {
  static constexpr OpInfo info{.name = "sigmoid", .arity = 1, .formula = "1 / (1 + e^-x)", .derivative = "u y (1 - y)"};
  static const Elementwise elementwise;
  template <Value V>
  void vjp(const Pullback<V>& p) const;
  static std::vector<Sample> samples();
  static std::vector<BadCall> bad_calls();
};

}  // namespace ops

/// The logistic function σ(x) = 1 / (1 + e^−x), element by element; σ' = σ (1 − σ), with all digits in both tails.
/// @throws DTypeError unless floating
template <Value V>
V sigmoid(const V& x) {
  return apply(ops::Sigmoid{}, x);
}

}  // namespace nabla
