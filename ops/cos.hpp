#pragma once

#include <nabla/apply.hpp>

namespace nabla {
namespace ops {

struct Cos {
  static constexpr OpInfo info{.name = "cos", .arity = 1, .formula = "cos x", .derivative = "-u sin x"};
  static const Elementwise elementwise;
  template <Value V>
  void vjp(const Pullback<V>& p) const;
  static std::vector<Sample> samples();
  static std::vector<BadCall> bad_calls();
};

}  // namespace ops

/// cos x, element by element, x in radians. @throws DTypeError unless floating
template <Value V>
V cos(const V& x) {
  return apply(ops::Cos{}, x);
}

}  // namespace nabla
