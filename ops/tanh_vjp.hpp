#pragma once

#include <nabla/apply.hpp>

namespace nabla {
namespace ops {

struct TanhVjp {
  static constexpr OpInfo info{
      .name = "tanh_vjp",
      .arity = 3,
      .formula = "u (1 - y^2), or u / cosh^2 x where y is nearly 1 or -1",
      .derivative = "u: tanh_vjp(w, x, y); y: -2 w u y, or there x: tanh_vjp(w u, x, y) (-2 tanh x)"};
  static const Elementwise elementwise;
  template <Value V>
  void vjp(const Pullback<V>& p) const;
  static std::vector<Sample> samples();
  static std::vector<BadCall> bad_calls();
};

}  // namespace ops

/// The reverse rule of y = tanh x as an operation, which is what a recorded sweep records: u / cosh²x, element by
/// element; shapes broadcast. It is u (1 − y²), a function of y, and one of x only where y is so near ±1 that too few
/// digits would be left. @throws ShapeError; DTypeError unless floating and equal
template <Operand U, Operand X, Operand Y>
Result<U, X, Y> tanh_vjp(const U& u, const X& x, const Y& y) {
  return apply(ops::TanhVjp{}, u, x, y);
}

}  // namespace nabla
