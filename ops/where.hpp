#pragma once

#include <nabla/apply.hpp>

namespace nabla {
namespace ops {

struct Where {
  static constexpr OpInfo info{.name = "where",
                               .arity = 3,
                               .formula = "c ? a : b",
                               .derivative = "a: u where c; b: u elsewhere",
                               .convention = "0 for what is not chosen, even if that is not finite",
                               .dtypes = DTypes::any};
  DType infer_dtype(Tensors in) const;
  static const Elementwise elementwise;
  template <Value V>
  void vjp(const Pullback<V>& p) const;
  static std::vector<Sample> samples();
  static std::vector<BadCall> bad_calls();
};

}  // namespace ops

/// a where condition is not 0, else b, element by element; shapes broadcast. The condition is u8, as comparisons give
/// it; a and b have one dtype. What is not chosen gets a cotangent of 0, even where its own derivative is not finite.
/// @throws ShapeError, DTypeError
template <Operand C, Operand A, Operand B>
Result<C, A, B> where(const C& condition, const A& a, const B& b) {
  return apply(ops::Where{}, condition, a, b);
}

/// x with the value in its place where the mask (u8) is not 0; shapes broadcast. @throws ShapeError, DTypeError
template <Operand X, Operand M>
Result<X, M> masked_fill(const X& x, const M& mask, double value) {
  return where(mask, value, x);
}

}  // namespace nabla
