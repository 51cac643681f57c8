#pragma once

#include <nabla/apply.hpp>

namespace nabla {
namespace ops {

struct CategoricalCrossEntropy {
  static constexpr OpInfo info{.name = "categorical_cross_entropy",
                               .arity = 2,
                               .formula = "-1/m sum y ln a",
                               .shapes = "[samples, outputs] twice -> []",
                               .derivative = "a: -u y / a / m; y: -u ln a / m",
                               .convention = "0 ln 0 = 0",
                               .source = "backpropagation texts G 4-5, C"};
  Shape infer(Shapes in) const;
  void forward(Tensors in, Tensor& out) const;
  template <Value V>
  void vjp(const Pullback<V>& p) const;
  static std::vector<Sample> samples();
  static std::vector<BadCall> bad_calls();
};

}  // namespace ops

/// C = −1/m Σₓ Σⱼ yⱼ ln aⱼ over m samples; each row of a is a distribution, as softmax gives it, and each row of y one
/// too, often one-hot (backpropagation texts G 4–5 and C). 0 ln 0 counts as 0. From logits, softmax_cross_entropy is
/// exact where this one has lost its digits. a and y have one shape, [samples, outputs] or [outputs] for one sample;
/// the result is a scalar.
/// @throws ShapeError, DTypeError; ValueError for an a outside [0, 1]
template <Operand A, Operand Y>
Result<A, Y> categorical_cross_entropy(const A& a, const Y& y) {
  return apply(ops::CategoricalCrossEntropy{}, a, y);
}

}  // namespace nabla
