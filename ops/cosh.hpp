#pragma once

#include <nabla/apply.hpp>

namespace nabla {
namespace ops {

struct Cosh {
  static constexpr OpInfo info{.name = "cosh", .arity = 1, .formula = "cosh x", .derivative = "u sinh x"};
  static const Elementwise elementwise;
  template <Value V>
  void vjp(const Pullback<V>& p) const;
  static std::vector<Sample> samples();
  static std::vector<BadCall> bad_calls();
};

}  // namespace ops

/// cosh x, element by element. @throws DTypeError unless floating
template <Value V>
V cosh(const V& x) {
  return apply(ops::Cosh{}, x);
}

}  // namespace nabla
