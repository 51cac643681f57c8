#pragma once

#include <nabla/apply.hpp>

namespace nabla {
namespace ops {

struct Softsign {
  static constexpr OpInfo info{
      .name = "softsign", .arity = 1, .formula = "x / (1 + |x|)", .derivative = "u / (1 + |x|)^2"};
  static const Elementwise elementwise;
  template <Value V>
  void vjp(const Pullback<V>& p) const;
  static std::vector<Sample> samples();
  static std::vector<BadCall> bad_calls();
};

}  // namespace ops

/// x / (1 + |x|), element by element; ±1 at ±∞. @throws DTypeError unless floating
template <Value V>
V softsign(const V& x) {
  return apply(ops::Softsign{}, x);
}

}  // namespace nabla
