#pragma once

#include <nabla/apply.hpp>
#include <nabla/ops/target_weight.hpp>
#include <nabla/reduction.hpp>

namespace nabla {
namespace ops {

struct NllLoss {
  static constexpr OpInfo info{.name = "nll_loss",
                               .arity = 3,
                               .formula = "-w[y] x[y] for each sample",
                               .shapes = "[samples, classes, ...], y [samples, ...], w [classes] -> [samples, ...]",
                               .derivative = "x[y]: -u w[y]; w[y]: -sum u x[y]",
                               .convention = "0 for samples of ignore_index"};
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

struct NllLossOptions {
  Reduction reduction = Reduction::mean;
  std::int64_t ignore_index = -100;  ///< samples with this target do not count
};

/// The negative log-likelihood −w[y] x[y] of classes y under log-probabilities x, as log_softmax gives them. x is
/// [samples, classes], [samples, classes, ...] with a sample at every place of the further axes, or [classes] for one
/// sample; y, i64, has the shape of x without the axis of classes. The weight w is [classes]; 1 where it is left out.
/// Reduction::mean divides by the sum of w[y] over the samples that count.
/// @throws ShapeError; DTypeError; ValueError for a class index outside 0 … classes − 1
template <Value X, Value Y, Operand W>
Result<X, Y, W> nll_loss(const X& x, const Y& y, const W& weight, const NllLossOptions& options = {}) {
  const auto losses = apply(ops::NllLoss{options.ignore_index}, x, y, weight);
  if (options.reduction != Reduction::mean) return reduced(losses, options.reduction);
  return div(sum(losses), target_weight(x, y, weight, options.ignore_index));
}
template <Value X, Value Y>
Result<X, Y> nll_loss(const X& x, const Y& y, const NllLossOptions& options = {}) {
  return nll_loss(x, y, 1.0, options);
}

}  // namespace nabla
