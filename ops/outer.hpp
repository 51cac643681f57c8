#pragma once

#include <nabla/apply.hpp>

namespace nabla {
namespace ops {

struct Outer {
  static constexpr OpInfo info{
      .name = "outer", .arity = 2, .formula = "a b^T", .shapes = "[m] [n] -> [m, n]", .derivative = "a: u b; b: u^T a"};
  Shape infer(Shapes in) const;
  void forward(Tensors in, Tensor& out) const;
  template <Value V>
  void vjp(const Pullback<V>& p) const;
  static std::vector<Sample> samples();
  static std::vector<BadCall> bad_calls();
};

}  // namespace ops

/// a bᵀ: the products a[i] b[k] of two vectors, [m, n]. @throws ShapeError unless both are vectors; DTypeError unless
/// floating and equal
template <Operand A, Operand B>
Result<A, B> outer(const A& a, const B& b) {
  return apply(ops::Outer{}, a, b);
}

}  // namespace nabla
