#pragma once

#include <nabla/apply.hpp>

namespace nabla {
namespace ops {

struct Gelu {
  static constexpr OpInfo info{.name = "gelu",
                               .arity = 1,
                               .formula = "x Phi(x)",
                               .derivative = "u (Phi(x) + x phi(x))",
                               .source = "Hendrycks and Gimpel 2016"};
  static const Elementwise elementwise;
  template <Value V>
  void vjp(const Pullback<V>& p) const;
  static std::vector<Sample> samples();
  static std::vector<BadCall> bad_calls();
};

}  // namespace ops

/// x Φ(x) with the normal distribution function Φ, element by element (Hendrycks and Gimpel 2016, the exact form).
/// @throws DTypeError unless floating
template <Value V>
V gelu(const V& x) {
  return apply(ops::Gelu{}, x);
}

}  // namespace nabla
