#pragma once

#include <nabla/apply.hpp>

namespace nabla {
namespace ops {

struct Logcumsumexp {
  static constexpr OpInfo info{.name = "logcumsumexp",
                               .arity = 1,
                               .formula = "y_k = ln sum e^x_i, i <= k",
                               .shapes = "any, an axis of it",
                               .derivative = "sum over k >= i of u_k e^(x_i - y_k)",
                               .convention = "e^(x_i - y_k) is 1 where both are the same infinity"};
  std::int64_t axis = -1;

  Shape infer(Shapes in) const;
  void forward(Tensors in, Tensor& out) const;
  template <Value V>
  void vjp(const Pullback<V>& p) const;
  static std::vector<Sample> samples();
  static std::vector<BadCall> bad_calls();
};

}  // namespace ops

/// ln of the running sum of e^x along an axis, y_k = ln Σ_{i ≤ k} e^{x_i}, without overflow. An
/// element that is the same infinity as y_k has a derivative of 1 there.
/// @throws ShapeError for an axis out of range; DTypeError unless floating
template <Value V>
V logcumsumexp(const V& x, std::int64_t axis = -1) {
  return apply(ops::Logcumsumexp{axis}, x);
}

}  // namespace nabla
