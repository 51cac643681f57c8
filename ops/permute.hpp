#pragma once

#include <nabla/apply.hpp>

namespace nabla {
namespace ops {

struct Permute {
  static constexpr OpInfo info{.name = "permute",
                               .arity = 1,
                               .formula = "x, its axes in another order",
                               .shapes = "any",
                               .derivative = "u, its axes put back",
                               .dtypes = DTypes::any,
                               .view = true};
  Dims order;

  void forward(Tensors in, Tensor& out) const;
  template <Value V>
  void vjp(const Pullback<V>& p) const;
  static std::vector<Sample> samples();
  static std::vector<BadCall> bad_calls();
};

}  // namespace ops

/// The axes in another order: axis i of the result is axis order[i] of x. A view; nothing is copied.
/// @throws ShapeError unless the order names each axis of x once
template <Value V>
V permute(const V& x, const Dims& order) {
  return apply(ops::Permute{order}, x);
}

}  // namespace nabla
