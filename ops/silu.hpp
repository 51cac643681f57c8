#pragma once

#include <nabla/apply.hpp>

namespace nabla {
namespace ops {

struct Silu {
  static constexpr OpInfo info{.name = "silu",
                               .arity = 1,
                               .formula = "x / (1 + e^-x)",
                               .derivative = "u s (1 + x (1 - s)), s = sigmoid(x)",
                               .source = "Elfwing, Uchibe and Doya 2018"};
  static const Elementwise elementwise;
  template <Value V>
  void vjp(const Pullback<V>& p) const;
  static std::vector<Sample> samples();
  static std::vector<BadCall> bad_calls();
};

}  // namespace ops

/// x σ(x), element by element, also called swish (Elfwing, Uchibe and Doya 2018). @throws DTypeError unless floating
template <Value V>
V silu(const V& x) {
  return apply(ops::Silu{}, x);
}

}  // namespace nabla
