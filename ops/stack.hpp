#pragma once

#include <nabla/apply.hpp>

namespace nabla {
namespace ops {

struct Stack {
  static constexpr OpInfo info{.name = "stack",
                               .arity = any_arity,
                               .formula = "[a, b, ...], along a new axis",
                               .shapes = "k times one shape -> an axis of extent k more",
                               .derivative = "each: its slice of u",
                               .dtypes = DTypes::any};
  std::int64_t axis = 0;

  Shape infer(Shapes in) const;
  void forward(Tensors in, Tensor& out) const;
  template <Value V>
  void vjp(const Pullback<V>& p) const;
  static std::vector<Sample> samples();
  static std::vector<BadCall> bad_calls();
};

}  // namespace ops

/// Operands of one shape, one behind the other along a new axis of the result. @throws ShapeError, DTypeError;
/// ValueError for no operands
template <Value V>
V stack(std::span<const V> parts, std::int64_t axis = 0) {
  return nabla::apply(ops::Stack{axis}, parts);  // qualified: std::span would bring in std::apply
}
template <Value V>
V stack(const std::vector<V>& parts, std::int64_t axis = 0) {
  return stack(std::span<const V>(parts), axis);
}
template <Value V>
V stack(std::initializer_list<V> parts, std::int64_t axis = 0) {
  return stack(std::span<const V>(parts.begin(), parts.size()), axis);
}

}  // namespace nabla
