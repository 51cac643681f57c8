#pragma once

#include <nabla/apply.hpp>

namespace nabla {
namespace ops {

struct Add {
  static constexpr OpInfo info{
      .name = "add", .arity = 2, .formula = "a + b", .derivative = "a: u; b: u", .dtypes = DTypes::any};
  static const Elementwise elementwise;
  template <Value V>
  void vjp(const Pullback<V>& p) const;
  static std::vector<Sample> samples();
  static std::vector<BadCall> bad_calls();
};

}  // namespace ops

/// a + b, element by element. Shapes broadcast; both operands have one dtype, and a number takes the other's.
/// @throws ShapeError, DTypeError
template <Operand A, Operand B>
Result<A, B> add(const A& a, const B& b) {
  return apply(ops::Add{}, a, b);
}

}  // namespace nabla
