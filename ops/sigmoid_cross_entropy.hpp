#pragma once

#include <nabla/apply.hpp>

namespace nabla {
namespace ops {

struct SigmoidCrossEntropy {
  static constexpr OpInfo info{.name = "sigmoid_cross_entropy",
                               .arity = 2,
                               .formula = "1/m sum ln(1 + e^z) - y z",
                               .shapes = "[samples, outputs] twice -> []",
                               .derivative = "z: u (sigmoid(z) - y) / m; y: -u z / m"};
  Shape infer(Shapes in) const;
  void forward(Tensors in, Tensor& out) const;
  template <Value V>
  void vjp(const Pullback<V>& p) const;
  static std::vector<Sample> samples();
  static std::vector<BadCall> bad_calls();
};

}  // namespace ops

/// The Bernoulli cross-entropy of σ(z), from the logits z: C = 1/m Σₓ Σⱼ [ln(1 + e^z) − y z] over m samples, stable for
/// any logit; ∂C/∂z = (σ(z) − y) / m. z and y have one shape, [samples, outputs] or [outputs] for one sample; the
/// result is a scalar. @throws ShapeError, DTypeError
template <Operand A, Operand Y>
Result<A, Y> sigmoid_cross_entropy(const A& z, const Y& y) {
  return apply(ops::SigmoidCrossEntropy{}, z, y);
}

}  // namespace nabla
