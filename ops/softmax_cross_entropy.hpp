#pragma once

#include <nabla/apply.hpp>

namespace nabla {
namespace ops {

struct SoftmaxCrossEntropy {
  static constexpr OpInfo info{.name = "softmax_cross_entropy",
                               .arity = 2,
                               .formula = "-1/m sum y ln softmax(z)",
                               .shapes = "[samples, classes], y [samples] or as z -> []",
                               .derivative = "z: u (softmax(z) sum y - y) / m; y: -u ln softmax(z) / m"};
  Shape infer(Shapes in) const;
  DType infer_dtype(Tensors in) const;
  void forward(Tensors in, Tensor& out) const;
  template <Value V>
  void vjp(const Pullback<V>& p) const;
  void vjp_fused(const Pullback<Tensor>& p) const;
  static std::vector<Sample> samples();
  static std::vector<BadCall> bad_calls();
};

}  // namespace ops

/// The categorical cross-entropy of softmax(z), from the logits z [samples, classes] (or [classes] for one sample):
/// C = −1/m Σₓ Σⱼ yⱼ ln softmax(z)ⱼ over m samples, stable for any logit. y is class indices, i64 [samples], or
/// probabilities of the shape and dtype of z; with rows that sum to 1, ∂C/∂z = (softmax(z) − y) / m. The result is a
/// scalar.
/// @throws ShapeError; DTypeError; ValueError for a class index outside 0 … classes − 1
template <Operand A, Operand Y>
Result<A, Y> softmax_cross_entropy(const A& z, const Y& y) {
  return apply(ops::SoftmaxCrossEntropy{}, z, y);
}

}  // namespace nabla
