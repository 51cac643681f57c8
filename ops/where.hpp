#pragma once

#include <nabla/apply.hpp>
#include <nabla/tensor.hpp>
#include <type_traits>

namespace nabla {
namespace ops {

struct Where {
  static constexpr OpInfo info{
      .name = "where",
      .arity = 3,
      .formula = "c ? a : b",
      .derivative = "a: u where c; b: u elsewhere",
      .convention = "0 for what is not chosen; mask its argument too where its own rule is not finite",
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
/// it; a and b have one dtype, and two numbers are f64. What is not chosen gets a cotangent of 0, though it may not be
/// finite. The rule of the operation that made it still multiplies by that 0, which gives NaN beside an infinite
/// derivative: where(x > 0, sqrt(x), 0) has NaN at 0, and where(x > 0, sqrt(where(x > 0, x, 1)), 0) has 0.
/// @throws ShapeError, DTypeError
template <Operand C, Operand A, Operand B>
Result<C, A, B> where(const C& condition, const A& a, const B& b) {
  if constexpr (std::is_arithmetic_v<A> && std::is_arithmetic_v<B>)  // neither has a dtype beside it to take
    return apply(ops::Where{}, condition, Tensor::scalar(static_cast<double>(a)), b);
  else
    return apply(ops::Where{}, condition, a, b);
}

/// x with the value in its place where the mask (u8) is not 0; shapes broadcast. @throws ShapeError, DTypeError
template <Operand X, Operand M>
Result<X, M> masked_fill(const X& x, const M& mask, double value) {
  return where(mask, value, x);
}

}  // namespace nabla
