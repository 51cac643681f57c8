#pragma once

#include <nabla/apply.hpp>

namespace nabla {
namespace ops {

struct Tanh {
  static constexpr OpInfo info{.name = "tanh", .arity = 1, .formula = "tanh x", .derivative = "u (1 - y^2)"};
  static const Elementwise elementwise;
  template <Value V>
  void vjp(const Pullback<V>& p) const;
  static std::vector<Sample> samples();
  static std::vector<BadCall> bad_calls();
};

}  // namespace ops

/// tanh x, element by element. @throws DTypeError unless floating
template <Value V>
V tanh(const V& x) {
  return apply(ops::Tanh{}, x);
}

}  // namespace nabla
