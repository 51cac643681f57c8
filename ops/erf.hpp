#pragma once

#include <nabla/apply.hpp>

namespace nabla {
namespace ops {

struct Erf {
  static constexpr OpInfo info{.name = "erf", .arity = 1, .formula = "erf x", .derivative = "u 2 / sqrt(pi) e^(-x^2)"};
  static const Elementwise elementwise;
  template <Value V>
  void vjp(const Pullback<V>& p) const;
  static std::vector<Sample> samples();
  static std::vector<BadCall> bad_calls();
};

}  // namespace ops

/// The error function 2/√π ∫₀ˣ exp(−t²) dt, element by element. @throws DTypeError unless floating
template <Value V>
V erf(const V& x) {
  return apply(ops::Erf{}, x);
}

}  // namespace nabla
