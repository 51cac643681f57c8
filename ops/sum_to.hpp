#pragma once

#include <nabla/apply.hpp>

namespace nabla {
namespace ops {

struct SumTo {
  static constexpr OpInfo info{.name = "sum_to",
                               .arity = 1,
                               .formula = "x, summed where it was broadcast",
                               .shapes = "any -> a shape that broadcasts to it",
                               .derivative = "expand(u)",
                               .dtypes = DTypes::any};
  Shape shape;

  Shape infer(Shapes in) const;
  void forward(Tensors in, Tensor& out) const;
  template <Value V>
  void vjp(const Pullback<V>& p) const;
  static std::vector<Sample> samples();
  static std::vector<BadCall> bad_calls();
};

}  // namespace ops

/// x summed over the axes along which `shape` would be broadcast to the shape of x: the transpose of expand.
/// @throws ShapeError unless `shape` broadcasts to the shape of x
template <Value V>
V sum_to(const V& x, const Shape& shape) {
  if (x.defined() && x.shape() == shape) return x;
  return apply(ops::SumTo{shape}, x);
}

}  // namespace nabla
