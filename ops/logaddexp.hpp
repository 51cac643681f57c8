#pragma once

#include <nabla/apply.hpp>

namespace nabla {
namespace ops {

struct Logaddexp {
  static constexpr OpInfo info{.name = "logaddexp",
                               .arity = 2,
                               .formula = "ln(e^a + e^b)",
                               .derivative = "a: u sigmoid(a - b); b: u sigmoid(b - a)"};
  static const Elementwise elementwise;
  template <Value V>
  void vjp(const Pullback<V>& p) const;
  static std::vector<Sample> samples();
  static std::vector<BadCall> bad_calls();
};

}  // namespace ops

/// ln(eᵃ + eᵇ), element by element, without overflow. Shapes broadcast; a number takes the other's dtype.
/// @throws ShapeError, DTypeError
template <Operand A, Operand B>
Result<A, B> logaddexp(const A& a, const B& b) {
  return apply(ops::Logaddexp{}, a, b);
}

}  // namespace nabla
