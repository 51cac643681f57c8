#pragma once

#include <nabla/apply.hpp>

namespace nabla {
namespace ops {

struct LeakyRelu {
  static constexpr OpInfo info{.name = "leaky_relu",
                               .arity = 1,
                               .formula = "x > 0 ? x : a x",
                               .derivative = "u (x > 0 ? 1 : a)",
                               .convention = "a at 0"};
  double negative_slope = 0.01;

  static const Elementwise elementwise;
  template <Value V>
  void vjp(const Pullback<V>& p) const;
  static std::vector<Sample> samples();
  static std::vector<BadCall> bad_calls();
};

}  // namespace ops

/// x for x > 0, else a x, element by element, with the negative slope a, which is the derivative at 0.
/// @throws DTypeError unless floating
template <Value V>
V leaky_relu(const V& x, double negative_slope = 0.01) {
  return apply(ops::LeakyRelu{.negative_slope = negative_slope}, x);
}

}  // namespace nabla
