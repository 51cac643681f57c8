#pragma once

#include <nabla/apply.hpp>

namespace nabla {
namespace ops {

struct Neg {
  static constexpr OpInfo info{.name = "neg", .arity = 1, .formula = "-x", .derivative = "-u", .dtypes = DTypes::any};
  static const Elementwise elementwise;
  template <Value V>
  void vjp(const Pullback<V>& p) const;
  static std::vector<Sample> samples();
  static std::vector<BadCall> bad_calls();
};

}  // namespace ops

/// −x, element by element, of any dtype.
template <Value V>
V neg(const V& x) {
  return apply(ops::Neg{}, x);
}

}  // namespace nabla
