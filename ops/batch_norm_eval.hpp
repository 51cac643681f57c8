#pragma once

#include <nabla/apply.hpp>

namespace nabla {
namespace ops {

struct BatchNormEval {
  static constexpr OpInfo info{.name = "batch_norm_eval",
                               .arity = 5,
                               .formula = "(x - mean) / sqrt(variance + eps) * w + b",
                               .shapes = "[samples, channels, ...], four times [channels]",
                               .derivative =
                                   "with r = 1 / sqrt(variance + eps): x: u w r; mean: -sum u w r; variance: -sum u w "
                                   "(x - mean) r^3 / 2; w: sum u (x - mean) r; b: sum u",
                               .source = "Ioffe and Szegedy 2015"};
  double eps = 1e-5;

  Shape infer(Shapes in) const;
  void forward(Tensors in, Tensor& out) const;
  template <Value V>
  void vjp(const Pullback<V>& p) const;
  static std::vector<Sample> samples();
  static std::vector<BadCall> bad_calls();
};

}  // namespace ops

/// (x − running_mean) / √(running_var + ε) · weight + bias, channel by channel: what batch_norm_train has learned, for
/// use. x is [samples, channels, ...]; the others are [channels], the weight and the bias also one number for all.
/// @throws ShapeError; DTypeError; ValueError for a negative eps
template <Value X, Value M, Value S, Operand W, Operand B>
Result<X, M, S, W, B> batch_norm_eval(const X& x, const M& running_mean, const S& running_var, const W& weight,
                                      const B& bias, double eps = 1e-5) {
  return apply(ops::BatchNormEval{eps}, x, running_mean, running_var, weight, bias);
}
template <Value X, Value M, Value S>
Result<X, M, S> batch_norm_eval(const X& x, const M& running_mean, const S& running_var, double eps = 1e-5) {
  return batch_norm_eval(x, running_mean, running_var, 1.0, 0.0, eps);
}

}  // namespace nabla
