#pragma once

#include <nabla/apply.hpp>

namespace nabla {
namespace ops {

struct BernoulliCrossEntropy {
  static constexpr OpInfo info{.name = "bernoulli_cross_entropy",
                               .arity = 2,
                               .formula = "-1/m sum y ln a + (1-y) ln(1-a)",
                               .shapes = "[samples, outputs] twice -> []",
                               .derivative = "a: u (a - y) / (a (1 - a)) / m; y: u (ln(1 - a) - ln a) / m",
                               .convention = "0 ln 0 = 0",
                               .source = "backpropagation texts W 7.2, G 19"};
  Shape infer(Shapes in) const;
  void forward(Tensors in, Tensor& out) const;
  template <Value V>
  void vjp(const Pullback<V>& p) const;
  static std::vector<Sample> samples();
  static std::vector<BadCall> bad_calls();
};

}  // namespace ops

/// C = −1/m Σₓ Σⱼ [y ln a + (1 − y) ln(1 − a)] over m samples of probabilities 0 ≤ a ≤ 1, each output an event of its
/// own (backpropagation texts W 7.2 and G 19). 0 ln 0 counts as 0; the cost is +inf where a certain a is wrong. From
/// logits, sigmoid_cross_entropy is exact where this one has lost its digits. a and y have one shape, [samples,
/// outputs] or [outputs] for one sample; the result is a scalar.
/// @throws ShapeError, DTypeError; ValueError for an a outside [0, 1]
template <Operand A, Operand Y>
Result<A, Y> bernoulli_cross_entropy(const A& a, const Y& y) {
  return apply(ops::BernoulliCrossEntropy{}, a, y);
}

}  // namespace nabla
