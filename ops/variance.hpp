#pragma once

#include <nabla/apply.hpp>
#include <nabla/axes.hpp>

namespace nabla {
namespace ops {

struct Variance {  // ops::Var would hide nabla::Var
  static constexpr OpInfo info{.name = "var",
                               .arity = 1,
                               .formula = "sum (x - mean x)^2 / (n - correction)",
                               .shapes = "any -> without the axes",
                               .derivative = "2 u (x - mean x) / (n - correction)"};
  Axes axes;
  bool keep = false;
  std::int64_t correction = 1;

  Shape infer(Shapes in) const;
  void forward(Tensors in, Tensor& out) const;
  template <Value V>
  void vjp(const Pullback<V>& p) const;
  static std::vector<Sample> samples();
  static std::vector<BadCall> bad_calls();
};

}  // namespace ops

/// The variance Σ (x − x̄)² / (n − correction) over the given axes (all by default): correction 1 estimates that of a
/// population from a sample, 0 gives that of the n values themselves. NaN where n − correction and the sum are 0.
/// `keep` leaves the reduced axes with extent 1. @throws ShapeError for an axis out of range or named twice; DTypeError
/// unless floating
template <Value V>
V var(const V& x, const Axes& axes = {}, bool keep = false, std::int64_t correction = 1) {
  return apply(ops::Variance{axes, keep, correction}, x);
}

}  // namespace nabla
