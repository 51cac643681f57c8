#pragma once

#include <nabla/apply.hpp>

namespace nabla {
namespace ops {

struct GroupNorm {
  static constexpr OpInfo info{.name = "group_norm",
                               .arity = 3,
                               .formula = "(x - mean) / sqrt(variance + eps) * w + b",
                               .shapes = "[samples, channels, ...] [channels] [channels]",
                               .derivative = "as batch_norm_train, for each group of a sample",
                               .convention = "(x - mean)^2 must not overflow",
                               .source = "Wu and He 2018"};
  std::int64_t groups = 1;
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

/// (x − mean) / √(variance + ε) · weight + bias, with the mean and the variance (biased) over each of `groups` equal
/// parts of the channels of each sample (Y. Wu and K. He, Group normalization, 2018). x is [samples, channels, ...];
/// the weight and the bias are [channels], or one number for all.
/// @throws ShapeError; DTypeError; ValueError for groups that do not divide the channels, or a negative eps
template <Value X, Operand W, Operand B>
Result<X, W, B> group_norm(const X& x, std::int64_t groups, const W& weight, const B& bias, double eps = 1e-5) {
  return apply(ops::GroupNorm{groups, eps}, x, weight, bias);
}
template <Value X>
X group_norm(const X& x, std::int64_t groups, double eps = 1e-5) {
  return group_norm(x, groups, 1.0, 0.0, eps);
}

}  // namespace nabla
