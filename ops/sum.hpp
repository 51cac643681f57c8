#pragma once

#include <nabla/apply.hpp>
#include <nabla/axes.hpp>

namespace nabla {
namespace ops {

struct Sum {
  static constexpr OpInfo info{.name = "sum",
                               .arity = 1,
                               .formula = "sum x",
                               .shapes = "any -> without the axes",
                               .derivative = "u, expanded",
                               .dtypes = DTypes::any,
                               .rule_reads_result = false};
  Axes axes;
  bool keep = false;

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

/// Σ x over the given axes (all by default), pairwise: the rounding error grows with log n. The sum of nothing is 0,
/// that of u8 is i64.
/// `keep` leaves the reduced axes with extent 1.
/// @throws ShapeError for an axis out of range or named twice
template <Value V>
V sum(const V& x, const Axes& axes = {}, bool keep = false) {
  return apply(ops::Sum{axes, keep}, x);
}

}  // namespace nabla
