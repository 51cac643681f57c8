#pragma once

#include <nabla/apply.hpp>

namespace nabla {
namespace ops {

struct Tan {
  static constexpr OpInfo info{.name = "tan", .arity = 1, .formula = "tan x", .derivative = "u (1 + y^2)"};
  static const Elementwise elementwise;
  template <Value V>
  void vjp(const Pullback<V>& p) const;
  static std::vector<Sample> samples();
  static std::vector<BadCall> bad_calls();
};

}  // namespace ops

/// tan x, element by element, x in radians. @throws DTypeError unless floating
template <Value V>
V tan(const V& x) {
  return apply(ops::Tan{}, x);
}

}  // namespace nabla
