#pragma once

#include <nabla/apply.hpp>

namespace nabla {
namespace ops {

struct TargetWeight {
  static constexpr OpInfo info{.name = "target_weight",
                               .arity = 3,
                               .formula = "sum w[y]",
                               .shapes = "[samples, classes, ...], y [samples, ...], w [classes] -> []",
                               .derivative = "w[y]: u for each sample",
                               .convention = "samples of ignore_index do not count"};
  std::int64_t ignore_index = -100;

  Shape infer(Shapes in) const;
  DType infer_dtype(Tensors in) const;
  void forward(Tensors in, Tensor& out) const;
  template <Value V>
  void vjp(const Pullback<V>& p) const;
  static std::vector<Sample> samples();
  static std::vector<BadCall> bad_calls();
};

}  // namespace ops

/// Σ w[y] over the samples whose class y is not ignore_index: what the mean of class losses divides by. x, the scores,
/// y and the weight are as nll_loss takes them; the values of x do not matter.
/// @throws ShapeError; DTypeError; ValueError for a class index outside 0 … classes − 1
template <Value X, Value Y, Operand W>
Result<X, Y, W> target_weight(const X& x, const Y& y, const W& weight, std::int64_t ignore_index = -100) {
  return apply(ops::TargetWeight{ignore_index}, x, y, weight);
}

}  // namespace nabla
