#pragma once

#include <nabla/apply.hpp>
#include <nabla/ops/pow_scalar.hpp>
#include <nabla/ops/square.hpp>
#include <type_traits>

namespace nabla {
namespace ops {

struct Pow {
  static constexpr OpInfo info{.name = "pow",
                               .arity = 2,
                               .formula = "a^b",
                               .derivative = "a: u b a^(b-1); b: u y ln a",
                               .convention = "by b 0 where a = 0 <= b; by a 0 where both are 0"};
  static const Elementwise elementwise;
  template <Value V>
  void vjp(const Pullback<V>& p) const;
  static std::vector<Sample> samples();
  static std::vector<BadCall> bad_calls();
};

}  // namespace ops

/// aᵇ, element by element, for floating operands; NaN where a < 0 and b is no integer. With a number for b it is
/// pow_scalar; the number 2 gives square, which takes integers too. Where a = 0 and b ≥ 0, the derivative with respect
/// to b is 0; where both are 0, that with respect to a is, too. Shapes broadcast; a number takes the other's dtype.
/// @throws ShapeError, DTypeError
template <Operand A, Operand B>
Result<A, B> pow(const A& a, const B& b) {
  if constexpr (std::is_arithmetic_v<B>)
    return b == 2 ? square(a) : pow_scalar(a, static_cast<double>(b));
  else
    return apply(ops::Pow{}, a, b);
}

}  // namespace nabla
