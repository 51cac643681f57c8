#pragma once

#include <nabla/apply.hpp>

namespace nabla {
namespace ops {

struct Reciprocal {
  static constexpr OpInfo info{.name = "reciprocal", .arity = 1, .formula = "1 / x", .derivative = "-u y^2"};
  static const Elementwise elementwise;
  template <Value V>
  void vjp(const Pullback<V>& p) const;
  static std::vector<Sample> samples();
  static std::vector<BadCall> bad_calls();
};

}  // namespace ops

/// 1 / x, element by element. @throws DTypeError unless floating
template <Value V>
V reciprocal(const V& x) {
  return apply(ops::Reciprocal{}, x);
}

}  // namespace nabla
