#pragma once

#include <nabla/apply.hpp>

namespace nabla {
namespace ops {

struct ScatterAdd {
  static constexpr OpInfo info{.name = "scatter_add",
                               .arity = 3,
                               .formula = "x, plus source at index",
                               .shapes = "[..., n, ...], twice [..., k, ...] -> [..., n, ...]",
                               .derivative = "x: u; source: gather(u, index)",
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

/// y = x, then y[index[i][k]][k] += source[i][k] for axis 0, and so on: the transpose of gather. index (i64) and source
/// have one shape. @throws ShapeError, DTypeError, ValueError as gather
template <Operand X, Operand I, Operand S>
Result<X, I, S> scatter_add(const X& x, const I& index, const S& source, std::int64_t axis = 0) {
  return apply(ops::ScatterAdd{axis}, x, index, source);
}

}  // namespace nabla
