#pragma once

#include <nabla/apply.hpp>

namespace nabla {
namespace ops {

struct Cumprod {
  static constexpr OpInfo info{.name = "cumprod",
                               .arity = 1,
                               .formula = "y_k = product of x_i, i <= k",
                               .shapes = "any, an axis of it",
                               .derivative = "sum over k >= i of u_k times the product of the other x up to k",
                               .convention = "right with any number of zeros"};
  std::int64_t axis = -1;
  bool backwards = false;

  Shape infer(Shapes in) const;
  void forward(Tensors in, Tensor& out) const;
  template <Value V>
  void vjp(const Pullback<V>& p) const;
  static std::vector<Sample> samples();
  static std::vector<BadCall> bad_calls();
};

}  // namespace ops

/// The running product along an axis, y_k = Π_{i ≤ k} x_i; `backwards` starts at the other end, y_k = Π_{i ≥ k} x_i.
/// Its derivatives of every order are right with any number of zeros. @throws ShapeError for an axis out of range;
/// DTypeError unless floating
template <Value V>
V cumprod(const V& x, std::int64_t axis = -1, bool backwards = false) {
  return apply(ops::Cumprod{axis, backwards}, x);
}

}  // namespace nabla
