#pragma once

#include <nabla/apply.hpp>

namespace nabla {
namespace ops {

struct Concat {
  static constexpr OpInfo info{.name = "concat",
                               .arity = any_arity,
                               .formula = "[a, b, ...]",
                               .shapes = "[..., n_i, ...] -> [..., sum n_i, ...]",
                               .derivative = "each: its part of u",
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

/// The operands one behind the other along an axis; their other extents are equal. @throws ShapeError, DTypeError;
/// ValueError for no operands
template <Value V>
V concat(std::span<const V> parts, std::int64_t axis = 0) {
  return nabla::apply(ops::Concat{axis}, parts);  // qualified: std::span would bring in std::apply
}
template <Value V>
V concat(const std::vector<V>& parts, std::int64_t axis = 0) {
  return concat(std::span<const V>(parts), axis);
}
template <Value V>
V concat(std::initializer_list<V> parts, std::int64_t axis = 0) {
  return concat(std::span<const V>(parts.begin(), parts.size()), axis);
}

}  // namespace nabla
