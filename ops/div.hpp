#pragma once

#include <nabla/apply.hpp>

namespace nabla {
namespace ops {

struct Div {
  static constexpr OpInfo info{.name = "div", .arity = 2, .formula = "a / b", .derivative = "a: u / b; b: -u a / b^2"};
  static const Elementwise elementwise;
  template <Value V>
  void vjp(const Pullback<V>& p) const;
  static std::vector<Sample> samples();
  static std::vector<BadCall> bad_calls();
};

}  // namespace ops

/// a / b, element by element, for floating operands. Shapes broadcast; a number takes the other's dtype.
/// @throws ShapeError, DTypeError
template <Operand A, Operand B>
Result<A, B> div(const A& a, const B& b) {
  return apply(ops::Div{}, a, b);
}

}  // namespace nabla
