#pragma once

#include <nabla/apply.hpp>

namespace nabla {
namespace ops {

struct Atan {
  static constexpr OpInfo info{.name = "atan", .arity = 1, .formula = "arctan x", .derivative = "u / (1 + x^2)"};
  static const Elementwise elementwise;
  template <Value V>
  void vjp(const Pullback<V>& p) const;
  static std::vector<Sample> samples();
  static std::vector<BadCall> bad_calls();
};

}  // namespace ops

/// arctan x, element by element, in radians. @throws DTypeError unless floating
template <Value V>
V atan(const V& x) {
  return apply(ops::Atan{}, x);
}

}  // namespace nabla
