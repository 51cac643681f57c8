#pragma once

#include <nabla/apply.hpp>

namespace nabla {
namespace ops {

struct QuadraticCost {
  static constexpr OpInfo info{.name = "quadratic_cost",
                               .arity = 2,
                               .formula = "1/(2m) sum |y - a|^2",
                               .shapes = "[samples, outputs] twice -> []",
                               .derivative = "a: u (a - y) / m; y: u (y - a) / m",
                               .source = "Nielsen 2015, equation 26"};
  Shape infer(Shapes in) const;
  void forward(Tensors in, Tensor& out) const;
  template <Value V>
  void vjp(const Pullback<V>& p) const;
  void vjp_fused(const Pullback<Tensor>& p) const;
  static std::vector<Sample> samples();
  static std::vector<BadCall> bad_calls();
};

}  // namespace ops

/// C = 1/(2m) Σₓ ‖y − a‖² over m samples, summed over the outputs (backpropagation texts N 26 and G 17).
/// a and y have one shape, [samples, outputs] or [outputs] for one sample; the result is a scalar.
/// @throws ShapeError, DTypeError
template <Operand A, Operand Y>
Result<A, Y> quadratic_cost(const A& a, const Y& y) {
  return apply(ops::QuadraticCost{}, a, y);
}

}  // namespace nabla
