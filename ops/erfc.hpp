#pragma once

#include <nabla/apply.hpp>

namespace nabla {
namespace ops {

struct Erfc {
  static constexpr OpInfo info{
      .name = "erfc", .arity = 1, .formula = "1 - erf x", .derivative = "-u 2 / sqrt(pi) e^(-x^2)"};
  static const Elementwise elementwise;
  template <Value V>
  void vjp(const Pullback<V>& p) const;
  static std::vector<Sample> samples();
  static std::vector<BadCall> bad_calls();
};

}  // namespace ops

/// 1 − erf x, element by element, with all digits in the right tail. @throws DTypeError unless floating
template <Value V>
V erfc(const V& x) {
  return apply(ops::Erfc{}, x);
}

}  // namespace nabla
