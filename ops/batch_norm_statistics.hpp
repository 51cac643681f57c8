#pragma once

#include <nabla/apply.hpp>

namespace nabla {
namespace ops {

struct BatchNormStatistics {
  static constexpr OpInfo info{.name = "batch_norm_statistics",
                               .arity = 3,
                               .formula = "running mean and variance, with a share of the batch",
                               .shapes = "[samples, channels, ...] [channels] [channels] -> [2, channels]",
                               .source = "Ioffe and Szegedy 2015",
                               .differentiable = false};
  double momentum = 0.1;

  Shape infer(Shapes in) const;
  void forward(Tensors in, Tensor& out) const;
  static std::vector<Sample> samples();
  static std::vector<BadCall> bad_calls();
};

}  // namespace ops

/// The running mean, row 0, and variance, row 1, of [2, channels]: (1 − momentum) of what is given, and momentum of the
/// mean and the unbiased variance of each channel of x [samples, channels, ...]. It has no derivative.
/// @throws ShapeError, also for less than two values a channel; DTypeError; ValueError for a momentum outside [0, 1]
template <Value X, Value M, Value S>
Result<X, M, S> batch_norm_statistics(const X& x, const M& running_mean, const S& running_var, double momentum = 0.1) {
  return apply(ops::BatchNormStatistics{momentum}, x, running_mean, running_var);
}

}  // namespace nabla
