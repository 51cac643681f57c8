#pragma once

#include <nabla/apply.hpp>

namespace nabla {
namespace ops {

struct Atanh {
  static constexpr OpInfo info{.name = "atanh",
                               .arity = 1,
                               .formula = "artanh x",
                               .derivative = "u / (1 - x^2)",
                               .convention = "+inf at -1 and 1, where the second is NaN"};
  static const Elementwise elementwise;
  template <Value V>
  void vjp(const Pullback<V>& p) const;
  static std::vector<Sample> samples();
  static std::vector<BadCall> bad_calls();
};

}  // namespace ops

/// artanh x = ½ ln((1 + x) / (1 − x)), element by element; ±∞ at ±1, where its derivative is +∞ and
/// the second NaN; NaN beyond. @throws DTypeError unless floating
template <Value V>
V atanh(const V& x) {
  return apply(ops::Atanh{}, x);
}

}  // namespace nabla
