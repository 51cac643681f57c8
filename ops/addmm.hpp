#pragma once

#include <nabla/apply.hpp>

namespace nabla {
namespace ops {

struct Addmm {
  static constexpr OpInfo info{.name = "addmm",
                               .arity = 3,
                               .formula = "beta C + alpha A B",
                               .shapes = "c to [m, n], [m, k] [k, n] -> [m, n]",
                               .derivative = "C: beta u; A: alpha u B^T; B: alpha A^T u",
                               .convention = "beta = 0 leaves C out, even NaN",
                               .source = "BLAS gemm"};
  double beta = 1;
  double alpha = 1;

  Shape infer(Shapes in) const;
  void forward(Tensors in, Tensor& out) const;
  template <Value V>
  void vjp(const Pullback<V>& p) const;
  static std::vector<Sample> samples();
  static std::vector<BadCall> bad_calls();
};

}  // namespace ops

/// β C + α A B in one step: a [m, k] times b [k, n], and c, which is broadcast to [m, n]. With β = 0 the elements of c
/// play no part, not even NaN.
/// @throws ShapeError, DTypeError
template <Operand C, Operand A, Operand B>
Result<C, A, B> addmm(const C& c, const A& a, const B& b, double beta = 1, double alpha = 1) {
  return apply(ops::Addmm{beta, alpha}, c, a, b);
}

}  // namespace nabla
