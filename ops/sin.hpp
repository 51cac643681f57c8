#pragma once

#include <nabla/apply.hpp>

namespace nabla {
namespace ops {

struct Sin {
  static constexpr OpInfo info{.name = "sin", .arity = 1, .formula = "sin x", .derivative = "u cos x"};
  static const Elementwise elementwise;
  template <Value V>
  void vjp(const Pullback<V>& p) const;
  static std::vector<Sample> samples();
  static std::vector<BadCall> bad_calls();
};

}  // namespace ops

/// sin x, element by element, x in radians. @throws DTypeError unless floating
template <Value V>
V sin(const V& x) {
  return apply(ops::Sin{}, x);
}

}  // namespace nabla
