#pragma once

#include <nabla/apply.hpp>

namespace nabla {
namespace ops {

struct Hypot {
  static constexpr OpInfo info{.name = "hypot",
                               .arity = 2,
                               .formula = "(a^2 + b^2)^(1/2)",
                               .derivative = "a: u a / y; b: u b / y",
                               .convention = "NaN at the origin"};
  static const Elementwise elementwise;
  template <Value V>
  void vjp(const Pullback<V>& p) const;
  static std::vector<Sample> samples();
  static std::vector<BadCall> bad_calls();
};

}  // namespace ops

/// √(a² + b²), element by element, though a² or b² may overflow; no derivative (NaN) at the origin. Shapes broadcast; a
/// number takes the other's dtype.
/// @throws ShapeError, DTypeError
template <Operand A, Operand B>
Result<A, B> hypot(const A& a, const B& b) {
  return apply(ops::Hypot{}, a, b);
}

}  // namespace nabla
