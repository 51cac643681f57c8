#pragma once

#include <nabla/apply.hpp>
#include <nabla/axes.hpp>

namespace nabla {
namespace ops {

struct Norm {
  static constexpr OpInfo info{
      .name = "norm",
      .arity = 1,
      .formula = "(sum |x|^p)^(1/p)",
      .shapes = "any -> without the axes",
      .derivative = "u sign(x) (|x| / y)^(p-1)",
      .convention = "0 where y is 0, and by x = 0; ties share for p = inf and -inf; for these and p = 1 0 by NaN"};
  double p = 2;
  Axes axes = {};
  bool keep = false;

  Shape infer(Shapes in) const;
  void forward(Tensors in, Tensor& out) const;
  template <Value V>
  void vjp(const Pullback<V>& pullback) const;
  static std::vector<Sample> samples();
  static std::vector<BadCall> bad_calls();
};

}  // namespace ops

/// The p-norm (Σ |x|^p)^(1/p) over the given axes (all by default), without overflow on the way: p = 2 is the length, 1
/// the sum of magnitudes, ±inf the largest or the smallest of them, and 0 counts the elements that are not 0. `keep`
/// leaves the reduced axes with extent 1. Where the norm is 0, and by an element that is 0, its derivative is taken as
/// 0, and so are those of that derivative, though for 1 < p < 2 the second one is infinite; for p = ±inf ties share it,
/// and where p is 1 or ±inf a NaN has 0, as sign has. @throws ShapeError for an axis out of range or named twice;
/// DTypeError unless floating; ValueError when p is NaN
template <Value V>
V norm(const V& x, double p = 2, const Axes& axes = {}, bool keep = false) {
  return apply(ops::Norm{p, axes, keep}, x);
}

}  // namespace nabla
