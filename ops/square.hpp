#pragma once

#include <nabla/apply.hpp>

namespace nabla {
namespace ops {

struct Square {
  static constexpr OpInfo info{
      .name = "square", .arity = 1, .formula = "x^2", .derivative = "2 u x", .dtypes = DTypes::any};
  static const Elementwise elementwise;
  template <Value V>
  void vjp(const Pullback<V>& p) const;
  static std::vector<Sample> samples();
  static std::vector<BadCall> bad_calls();
};

}  // namespace ops

/// x², element by element, of any dtype.
template <Value V>
V square(const V& x) {
  return apply(ops::Square{}, x);
}

}  // namespace nabla
