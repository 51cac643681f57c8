#pragma once

#include <nabla/apply.hpp>

namespace nabla {
namespace ops {

struct Roll {
  static constexpr OpInfo info{.name = "roll",
                               .arity = 1,
                               .formula = "x, shifted in a circle",
                               .shapes = "any, axes of it",
                               .derivative = "u, shifted back",
                               .dtypes = DTypes::any};
  Dims shifts;
  Dims axes;

  Shape infer(Shapes in) const;
  void forward(Tensors in, Tensor& out) const;
  template <Value V>
  void vjp(const Pullback<V>& p) const;
  static std::vector<Sample> samples();
  static std::vector<BadCall> bad_calls();
};

}  // namespace ops

/// x shifted in a circle: along axes[i] every element moves by shifts[i] places, and what leaves at one end comes in at
/// the other. @throws ShapeError for an axis out of range; ValueError unless there is one shift for each axis
template <Value V>
V roll(const V& x, const Dims& shifts, const Dims& axes) {
  return apply(ops::Roll{shifts, axes}, x);
}
template <Value V>
V roll(const V& x, std::int64_t shift, std::int64_t axis = 0) {
  return roll(x, Dims{shift}, Dims{axis});
}

}  // namespace nabla
