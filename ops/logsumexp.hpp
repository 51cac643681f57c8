#pragma once

#include <nabla/apply.hpp>
#include <nabla/axes.hpp>

namespace nabla {
namespace ops {

struct Logsumexp {
  static constexpr OpInfo info{.name = "logsumexp",
                               .arity = 1,
                               .formula = "ln sum e^x",
                               .shapes = "any -> without the axes",
                               .derivative = "u softmax(x)",
                               .convention = "NaN where x and y are the same infinity"};
  Axes axes;
  bool keep = false;

  Shape infer(Shapes in) const;
  void forward(Tensors in, Tensor& out) const;
  template <Value V>
  void vjp(const Pullback<V>& p) const;
  static std::vector<Sample> samples();
  static std::vector<BadCall> bad_calls();
};

}  // namespace ops

/// ln Σ e^x over the given axes (all by default), without overflow; −inf of nothing. By an element that is the same
/// infinity as the result the derivative is NaN, as softmax is there. `keep` leaves the reduced axes with extent 1.
/// @throws ShapeError for an axis out of range or named twice; DTypeError unless floating
template <Value V>
V logsumexp(const V& x, const Axes& axes = {}, bool keep = false) {
  return apply(ops::Logsumexp{axes, keep}, x);
}

}  // namespace nabla
