#pragma once

#include <nabla/apply.hpp>

namespace nabla {
namespace ops {

struct QuadraticPerNeuronCost {
  static constexpr OpInfo info{.name = "quadratic_per_neuron_cost",
                               .arity = 2,
                               .formula = "1/(m n) sum (a - y)^2 / 2",
                               .shapes = "[samples, outputs] twice -> []",
                               .derivative = "a: u (a - y) / (m n); y: u (y - a) / (m n)"};
  Shape infer(Shapes in) const;
  void forward(Tensors in, Tensor& out) const;
  template <Value V>
  void vjp(const Pullback<V>& p) const;
  static std::vector<Sample> samples();
  static std::vector<BadCall> bad_calls();
};

}  // namespace ops

/// C = 1/n Σⱼ ½ (aⱼ − yⱼ)² over n outputs, averaged over the samples (backpropagation text K).
/// a and y have one shape, [samples, outputs] or [outputs] for one sample; the result is a scalar.
/// @throws ShapeError, DTypeError
template <Operand A, Operand Y>
Result<A, Y> quadratic_per_neuron_cost(const A& a, const Y& y) {
  return apply(ops::QuadraticPerNeuronCost{}, a, y);
}

}  // namespace nabla
