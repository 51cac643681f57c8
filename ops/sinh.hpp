#pragma once

#include <nabla/apply.hpp>

namespace nabla {
namespace ops {

struct Sinh {
  static constexpr OpInfo info{.name = "sinh", .arity = 1, .formula = "sinh x", .derivative = "u cosh x"};
  static const Elementwise elementwise;
  template <Value V>
  void vjp(const Pullback<V>& p) const;
  static std::vector<Sample> samples();
  static std::vector<BadCall> bad_calls();
};

}  // namespace ops

/// sinh x, element by element. @throws DTypeError unless floating
template <Value V>
V sinh(const V& x) {
  return apply(ops::Sinh{}, x);
}

}  // namespace nabla
