#pragma once

#include <nabla/apply.hpp>

namespace nabla {
namespace ops {

struct LinearRecurrence {
  static constexpr OpInfo info{.name = "linear_recurrence",
                               .arity = 2,
                               .formula = "y_k = a_k y_(k-1) + b_k",
                               .shapes = "one shape, an axis of it",
                               .derivative = "with l_k = u_k + a_(k+1) l_(k+1): a: l_k y_(k-1); b: l_k"};
  std::int64_t axis = -1;
  bool backwards = false;

  Shape infer(Shapes in) const;
  void forward(Tensors in, Tensor& out) const;
  template <Value V>
  void vjp(const Pullback<V>& p) const;
  static std::vector<Sample> samples();
  static std::vector<BadCall> bad_calls();
};

}  // namespace ops

/// y_k = a_k y_{k−1} + b_k along an axis, with y_0 = b_0; `backwards` it starts at the other end, y_k = a_k y_{k+1} +
/// b_k. Its transpose is a linear recurrence in the other direction, which makes it the reverse rule of running sums
/// and products. a and b have one shape. @throws ShapeError; DTypeError unless floating and equal
template <Operand A, Operand B>
Result<A, B> linear_recurrence(const A& a, const B& b, std::int64_t axis = -1, bool backwards = false) {
  return apply(ops::LinearRecurrence{axis, backwards}, a, b);
}

}  // namespace nabla
