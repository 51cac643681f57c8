#pragma once

#include <nabla/apply.hpp>
#include <nabla/ops/target_weight.hpp>
#include <nabla/reduction.hpp>

namespace nabla {
namespace ops {

struct CrossEntropy {
  static constexpr OpInfo info{
      .name = "cross_entropy",
      .arity = 3,
      .formula = "-sum w y ln softmax(z) for each sample",
      .shapes = "[samples, classes, ...], y [samples, ...] or as z, w [classes] -> [samples, ...]",
      .derivative = "z: u (softmax(z) sum w y - w y); y: -u w ln softmax(z); w: -sum u y ln softmax(z)",
      .convention = "0 for samples of ignore_index"};
  std::int64_t ignore_index = -100;
  double label_smoothing = 0;

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

struct CrossEntropyOptions {
  Reduction reduction = Reduction::mean;
  std::int64_t ignore_index = -100;  ///< samples with this class index as their target do not count
  double label_smoothing = 0;        ///< the share of each target that is spread evenly over all classes
};

/// The cross-entropy −Σ w y ln softmax(z) over the classes of each sample, from logits z, stable for any logit. z is
/// [samples, classes], [samples, classes, ...] with a sample at every place of the further axes, or [classes] for one
/// sample. y is class indices, i64, of the shape of z without the axis of classes, or probabilities of the shape of z.
/// Smoothing by e makes (1 − e) y + e / classes of y. The weight w is [classes]; 1 where it is left out.
/// Reduction::mean divides by the number of samples; for class indices, by the sum of w[y] over those that count.
/// @throws ShapeError; DTypeError; ValueError for a class index outside 0 … classes − 1, or a smoothing outside [0, 1]
template <Value Z, Value Y, Operand W>
Result<Z, Y, W> cross_entropy(const Z& z, const Y& y, const W& weight, const CrossEntropyOptions& options = {}) {
  const auto losses = apply(ops::CrossEntropy{options.ignore_index, options.label_smoothing}, z, y, weight);
  if (options.reduction != Reduction::mean || y.dtype() != i64) return reduced(losses, options.reduction);
  return div(sum(losses), target_weight(z, y, weight, options.ignore_index));
}
template <Value Z, Value Y>
Result<Z, Y> cross_entropy(const Z& z, const Y& y, const CrossEntropyOptions& options = {}) {
  return cross_entropy(z, y, 1.0, options);
}

}  // namespace nabla
