#pragma once

#include <nabla/apply.hpp>

namespace nabla {
namespace ops {

struct Acos {
  static constexpr OpInfo info{.name = "acos",
                               .arity = 1,
                               .formula = "arccos x",
                               .derivative = "-u / sqrt(1 - x^2)",
                               .convention = "-inf at -1 and 1, where the second is NaN"};
  static const Elementwise elementwise;
  template <Value V>
  void vjp(const Pullback<V>& p) const;
  static std::vector<Sample> samples();
  static std::vector<BadCall> bad_calls();
};

}  // namespace ops

/// arccos x, element by element, in radians; NaN beyond ±1, where its derivative is −∞, and the second NaN.
/// @throws DTypeError unless floating
template <Value V>
V acos(const V& x) {
  return apply(ops::Acos{}, x);
}

}  // namespace nabla
