#pragma once

#include <nabla/apply.hpp>

namespace nabla {
namespace ops {

struct Maximum {
  static constexpr OpInfo info{.name = "maximum",
                               .arity = 2,
                               .formula = "max(a, b)",
                               .derivative = "a: u where a > b; b: u where b > a",
                               .convention = "half each where a = b",
                               .dtypes = DTypes::any};
  static const Elementwise elementwise;
  template <Value V>
  void vjp(const Pullback<V>& p) const;
  static std::vector<Sample> samples();
  static std::vector<BadCall> bad_calls();
};

}  // namespace ops

/// The larger of a and b, element by element. A NaN on either side gives NaN. Where both are equal, each gets half the
/// cotangent. Shapes broadcast; both operands have one dtype, and a number takes the other's.
/// @throws ShapeError, DTypeError
template <Operand A, Operand B>
Result<A, B> maximum(const A& a, const B& b) {
  return apply(ops::Maximum{}, a, b);
}

}  // namespace nabla
