#pragma once

#include <nabla/apply.hpp>

namespace nabla {
namespace ops {

struct Expand {
  static constexpr OpInfo info{.name = "expand",
                               .arity = 1,
                               .formula = "x, broadcast",
                               .shapes = "any -> a shape that it broadcasts to",
                               .derivative = "sum_to(u)",
                               .dtypes = DTypes::any,
                               .view = true};
  Shape shape;

  void forward(Tensors in, Tensor& out) const;
  template <Value V>
  void vjp(const Pullback<V>& p) const;
  static std::vector<Sample> samples();
  static std::vector<BadCall> bad_calls();
};

}  // namespace ops

/// x broadcast to a larger shape. A view; nothing is copied.
/// @throws ShapeError unless the extents of x, aligned at the last axis, are those of the shape or 1
template <Value V>
V expand(const V& x, const Shape& shape) {
  if (x.defined() && x.shape() == shape) return x;
  return apply(ops::Expand{shape}, x);
}

}  // namespace nabla
