#pragma once

#include <nabla/apply.hpp>
#include <nabla/ops/batch_norm_statistics.hpp>
#include <nabla/ops/reshape.hpp>
#include <nabla/ops/slice.hpp>

namespace nabla {
namespace ops {

struct BatchNormTrain {
  static constexpr OpInfo info{.name = "batch_norm_train",
                               .arity = 3,
                               .formula = "(x - mean) / sqrt(variance + eps) * w + b",
                               .shapes = "[samples, channels, ...] [channels] [channels]",
                               .derivative =
                                   "with r = 1 / sqrt(variance + eps), z = (x - mean) r, g = u w: x: r (g - mean g - z "
                                   "mean(g z)); w: sum u z; b: sum u",
                               .convention = "(x - mean)^2 must not overflow",
                               .source = "Ioffe and Szegedy 2015"};
  double eps = 1e-5;

  Shape infer(Shapes in) const;
  void forward(Tensors in, Tensor& out) const;
  template <Value V>
  void vjp(const Pullback<V>& p) const;
  void vjp_fused(const Pullback<Tensor>& p) const;
  static std::vector<Sample> samples();
  static std::vector<BadCall> bad_calls();
};

}  // namespace ops

struct BatchNormOptions {
  double momentum = 0.1;  ///< the share of the batch in the running statistics, 0 to 1
  double eps = 1e-5;
};

/// What batch_norm_train gives: the normalised batch, and the running statistics, which are constants.
template <Value V>
struct BatchNorm {
  V y;
  V running_mean;
  V running_var;
};

/// y = (x − mean) / √(variance + ε) · weight + bias, with the mean and the variance (biased) of each channel over the
/// batch (S. Ioffe and C. Szegedy, Batch normalization, 2015); derivatives go through both. The running statistics are
/// those given, with (1 − momentum) of them kept and momentum of the mean and the unbiased variance of the batch added.
/// x is [samples, channels, ...] with two values a channel or more; the others are [channels], the weight and the bias
/// also one number for all.
/// @throws ShapeError; DTypeError; ValueError for a negative eps, or a momentum outside [0, 1]
template <Value X, Value M, Value S, Operand W, Operand B>
BatchNorm<Result<X, M, S, W, B>> batch_norm_train(const X& x, const M& running_mean, const S& running_var,
                                                  const W& weight, const B& bias,
                                                  const BatchNormOptions& options = {}) {
  using V = Result<X, M, S, W, B>;
  const V statistics = batch_norm_statistics(x, running_mean, running_var, options.momentum);
  const auto row = [&](std::int64_t i) { return reshape(slice(statistics, 0, i, i + 1), {-1}); };
  return {apply(ops::BatchNormTrain{options.eps}, x, weight, bias), row(0), row(1)};
}
template <Value X, Value M, Value S>
BatchNorm<Result<X, M, S>> batch_norm_train(const X& x, const M& running_mean, const S& running_var,
                                            const BatchNormOptions& options = {}) {
  return batch_norm_train(x, running_mean, running_var, 1.0, 0.0, options);
}

}  // namespace nabla
