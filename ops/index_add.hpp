#pragma once

#include <nabla/apply.hpp>

namespace nabla {
namespace ops {

struct IndexAdd {
  static constexpr OpInfo info{.name = "index_add",
                               .arity = 3,
                               .formula = "x, plus slices of source at index",
                               .shapes = "[..., n, ...], index [k], [..., k, ...] -> [..., n, ...]",
                               .derivative = "x: u; source: index_select(u, index)",
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

/// x, and to its slice index[i] along the axis the slice i of the source is added: the transpose of index_select. The
/// index (i64 [n]) may repeat itself. @throws ShapeError, DTypeError, ValueError as index_select
template <Operand X, Operand I, Operand S>
Result<X, I, S> index_add(const X& x, const I& index, const S& source, std::int64_t axis = 0) {
  return apply(ops::IndexAdd{axis}, x, index, source);
}

}  // namespace nabla
