#pragma once

#include <nabla/apply.hpp>

namespace nabla {
namespace ops {

struct Acosh {
  static constexpr OpInfo info{.name = "acosh",
                               .arity = 1,
                               .formula = "arcosh x",
                               .derivative = "u / sqrt(x^2 - 1)",
                               .convention = "+inf at 1, where the second is NaN"};
  static const Elementwise elementwise;
  template <Value V>
  void vjp(const Pullback<V>& p) const;
  static std::vector<Sample> samples();
  static std::vector<BadCall> bad_calls();
};

}  // namespace ops

/// arcosh x = ln(x + √(x² − 1)), element by element; NaN below 1, where its derivative is +∞, and the second NaN.
/// @throws DTypeError unless floating
template <Value V>
V acosh(const V& x) {
  return apply(ops::Acosh{}, x);
}

}  // namespace nabla
