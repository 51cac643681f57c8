#pragma once

#include <nabla/apply.hpp>

namespace nabla {
namespace ops {

struct Triangle {
  static constexpr OpInfo info{.name = "triangle",
                               .arity = 1,
                               .formula = "x[i, j] on one side of a diagonal, else 0",
                               .shapes = "[..., m, n]",
                               .derivative = "triangle(u)",
                               .dtypes = DTypes::any};
  std::int64_t diagonal = 0;
  bool upper = false;

  Shape infer(Shapes in) const;
  void forward(Tensors in, Tensor& out) const;
  template <Value V>
  void vjp(const Pullback<V>& p) const;
  static std::vector<Sample> samples();
  static std::vector<BadCall> bad_calls();
};

}  // namespace ops

/// The matrices of the last two axes with zeros on one side of a diagonal: the upper triangle keeps the elements [i, j]
/// with j − i ≥ diagonal, the lower one those with j − i ≤ diagonal. @throws ShapeError unless x has two axes or more
template <Value V>
V triangle(const V& x, std::int64_t diagonal, bool upper) {
  return apply(ops::Triangle{diagonal, upper}, x);
}
/// The lower triangle, up to a diagonal.
template <Value V>
V tril(const V& x, std::int64_t diagonal = 0) {
  return triangle(x, diagonal, false);
}
/// The upper triangle, from a diagonal on.
template <Value V>
V triu(const V& x, std::int64_t diagonal = 0) {
  return triangle(x, diagonal, true);
}

}  // namespace nabla
