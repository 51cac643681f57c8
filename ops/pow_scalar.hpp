#pragma once

#include <nabla/apply.hpp>

namespace nabla {
namespace ops {

struct PowScalar {
  static constexpr OpInfo info{
      .name = "pow_scalar", .arity = 1, .formula = "x^p", .derivative = "u p x^(p-1)", .convention = "0 for p = 0"};
  double exponent = 1;

  static const Elementwise elementwise;
  template <Value V>
  void vjp(const Pullback<V>& p) const;
  static std::vector<Sample> samples();
  static std::vector<BadCall> bad_calls();
};

}  // namespace ops

/// xᵖ, element by element, for a constant p: pow(x, p). NaN where x < 0 and p is no integer; x⁰ is 1 with derivative 0.
/// @throws DTypeError unless floating
template <Value V>
V pow_scalar(const V& x, double exponent) {
  return apply(ops::PowScalar{.exponent = exponent}, x);
}

}  // namespace nabla
