#pragma once

#include <nabla/apply.hpp>

namespace nabla {
namespace ops {

struct Softmax {
  static constexpr OpInfo info{.name = "softmax",
                               .arity = 1,
                               .formula = "e^x / sum e^x",
                               .shapes = "any, an axis of it",
                               .derivative = "y (u - sum u y)"};
  std::int64_t axis = -1;

  Shape infer(Shapes in) const;
  void forward(Tensors in, Tensor& out) const;
  template <Value V>
  void vjp(const Pullback<V>& p) const;
  static std::vector<Sample> samples();
  static std::vector<BadCall> bad_calls();
};

}  // namespace ops

/// e^x / Σ e^x along one axis, without overflow: a distribution. Its Jacobian is diag(y) − y yᵀ.
/// @throws ShapeError for an axis out of range; DTypeError unless floating
template <Value V>
V softmax(const V& x, std::int64_t axis = -1) {
  return apply(ops::Softmax{axis}, x);
}

}  // namespace nabla
