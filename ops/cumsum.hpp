#pragma once

#include <nabla/apply.hpp>

namespace nabla {
namespace ops {

struct Cumsum {
  static constexpr OpInfo info{.name = "cumsum",
                               .arity = 1,
                               .formula = "y_k = sum of x_i, i <= k",
                               .shapes = "any, an axis of it",
                               .derivative = "cumsum of u from the other end"};
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

/// The running sum along an axis, y_k = Σ_{i ≤ k} x_i; `backwards` starts at the other end, y_k = Σ_{i ≥ k} x_i.
/// @throws ShapeError for an axis out of range; DTypeError unless floating
template <Value V>
V cumsum(const V& x, std::int64_t axis = -1, bool backwards = false) {
  return apply(ops::Cumsum{axis, backwards}, x);
}

}  // namespace nabla
