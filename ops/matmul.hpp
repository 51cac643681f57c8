#pragma once

#include <nabla/apply.hpp>

namespace nabla {
namespace ops {

struct Matmul {
  static constexpr OpInfo info{.name = "matmul",
                               .arity = 2,
                               .formula = "A B",
                               .shapes = "[..., m, k] [..., k, n] -> [..., m, n], or vectors",
                               .derivative = "A: u B^T; B: A^T u",
                               .rule_reads_result = false};
  Shape infer(Shapes in) const;
  void forward(Tensors in, Tensor& out) const;
  template <Value V>
  void vjp(const Pullback<V>& p) const;
  void vjp_fused(const Pullback<Tensor>& p) const;
  static std::vector<Sample> samples();
  static std::vector<BadCall> bad_calls();
};

}  // namespace ops

/// The matrix product [m, k] [k, n] → [m, n], by NumPy's rules: leading axes are batches and broadcast; a vector on the
/// left is a row, on the right a column, and its extra axis is dropped from the result. Transposed views cost nothing.
/// @throws ShapeError for scalars, or inner dimensions or batches that do not fit; DTypeError unless floating and equal
template <Operand A, Operand B>
Result<A, B> matmul(const A& a, const B& b) {
  return apply(ops::Matmul{}, a, b);
}

}  // namespace nabla
