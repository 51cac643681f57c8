#pragma once

#include <nabla/apply.hpp>
#include <nabla/reduction.hpp>

namespace nabla {
namespace ops {

struct MultiMarginLoss {
  static constexpr OpInfo info{.name = "multi_margin_loss",
                               .arity = 2,
                               .formula = "sum max(0, margin - x[y] + x[k])^p / classes over k != y",
                               .shapes = "[samples, classes], y [samples] -> [samples]",
                               .derivative = "with s_k = p max(0, ...)^(p-1) / classes: x_k: u s_k; x_y: -u sum s",
                               .convention = "0 at the corner"};
  int p = 1;
  double margin = 1;

  Shape infer(Shapes in) const;
  DType infer_dtype(Tensors in) const;
  void forward(Tensors in, Tensor& out) const;
  template <Value V>
  void vjp(const Pullback<V>& pull) const;
  static std::vector<Sample> samples();
  static std::vector<BadCall> bad_calls();
};

}  // namespace ops

struct MultiMarginLossOptions {
  int p = 1;  ///< 1 or 2
  double margin = 1;
  Reduction reduction = Reduction::mean;
};

/// Σ max(0, margin − x[y] + x[k])ᵖ / classes over the classes k ≠ y, for each sample: whether the score of its class y
/// is the largest, by a margin. x is [samples, classes] or [classes] for one sample; y, i64, is [samples] or a scalar.
/// The derivative at the corner is taken as 0.
/// @throws ShapeError; DTypeError; ValueError for a class index outside 0 … classes − 1, a p other than 1 and
/// 2, or a margin that is not finite
template <Value X, Value Y>
Result<X, Y> multi_margin_loss(const X& x, const Y& y, const MultiMarginLossOptions& options = {}) {
  return reduced(apply(ops::MultiMarginLoss{options.p, options.margin}, x, y), options.reduction);
}

}  // namespace nabla
