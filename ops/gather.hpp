#pragma once

#include <nabla/apply.hpp>

namespace nabla {
namespace ops {

struct Gather {
  static constexpr OpInfo info{.name = "gather",
                               .arity = 2,
                               .formula = "x[index] along an axis",
                               .shapes = "[..., n, ...], index [..., k, ...] -> [..., k, ...]",
                               .derivative = "x: scatter_add(0, index, u)",
                               .dtypes = DTypes::any};
  std::int64_t axis = 0;

  Shape infer(Shapes in) const;
  DType infer_dtype(Tensors in) const;
  void forward(Tensors in, Tensor& out) const;
  template <Value V>
  void vjp(const Pullback<V>& p) const;
  static std::vector<Sample> samples();
  static std::vector<BadCall> bad_calls();
};

}  // namespace ops

/// y[i][k] = x[index[i][k]][k] for axis 0, and so on: index (i64) has the rank of x, and the result its shape. An index
/// may be repeated; its cotangents then add up. @throws ShapeError when ranks differ, or the index is larger than x
/// along another axis; DTypeError unless the index is i64; ValueError for an index outside the axis
template <Operand X, Operand I>
Result<X, I> gather(const X& x, const I& index, std::int64_t axis = 0) {
  return apply(ops::Gather{axis}, x, index);
}

}  // namespace nabla
