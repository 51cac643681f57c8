#pragma once

#include <nabla/apply.hpp>

namespace nabla {
namespace ops {

struct IndexSelect {
  static constexpr OpInfo info{.name = "index_select",
                               .arity = 2,
                               .formula = "slices x[index] along an axis",
                               .shapes = "[..., n, ...], index [k] -> [..., k, ...]",
                               .derivative = "x: index_add(0, index, u)",
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

/// Whole slices of x along an axis, picked by a vector of indices (i64 [n]): rows x[index[i], :] for axis 0. An index
/// may be repeated; its cotangents then add up. @throws ShapeError, DTypeError; ValueError for an index outside the
/// axis
template <Operand X, Operand I>
Result<X, I> index_select(const X& x, const I& index, std::int64_t axis = 0) {
  return apply(ops::IndexSelect{axis}, x, index);
}

}  // namespace nabla
