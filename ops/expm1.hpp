#pragma once

#include <nabla/apply.hpp>

namespace nabla {
namespace ops {

struct Expm1 {
  static constexpr OpInfo info{.name = "expm1", .arity = 1, .formula = "e^x - 1", .derivative = "u e^x"};
  static const Elementwise elementwise;
  template <Value V>
  void vjp(const Pullback<V>& p) const;
  static std::vector<Sample> samples();
  static std::vector<BadCall> bad_calls();
};

}  // namespace ops

/// eˣ − 1, element by element, with all digits near 0. @throws DTypeError unless floating
template <Value V>
V expm1(const V& x) {
  return apply(ops::Expm1{}, x);
}

}  // namespace nabla
