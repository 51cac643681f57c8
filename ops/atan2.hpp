#pragma once

#include <nabla/apply.hpp>

namespace nabla {
namespace ops {

struct Atan2 {
  static constexpr OpInfo info{.name = "atan2",
                               .arity = 2,
                               .formula = "angle of (b, a)",
                               .derivative = "a: u b / (a^2 + b^2); b: -u a / (a^2 + b^2)",
                               .convention = "NaN at the origin"};
  static const Elementwise elementwise;
  template <Value V>
  void vjp(const Pullback<V>& p) const;
  static std::vector<Sample> samples();
  static std::vector<BadCall> bad_calls();
};

}  // namespace ops

/// The angle of the point (b, a) in the plane, element by element: arctan(a / b) in the right quadrant, from −π to π,
/// with no derivative (NaN) at the origin. Shapes broadcast; a number takes the other's dtype.
/// @throws ShapeError, DTypeError
template <Operand A, Operand B>
Result<A, B> atan2(const A& a, const B& b) {
  return apply(ops::Atan2{}, a, b);
}

}  // namespace nabla
