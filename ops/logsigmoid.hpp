#pragma once

#include <nabla/apply.hpp>

namespace nabla {
namespace ops {

struct Logsigmoid {
  static constexpr OpInfo info{
      .name = "logsigmoid", .arity = 1, .formula = "-ln(1 + e^-x)", .derivative = "u sigmoid(-x)"};
  static const Elementwise elementwise;
  template <Value V>
  void vjp(const Pullback<V>& p) const;
  static std::vector<Sample> samples();
  static std::vector<BadCall> bad_calls();
};

}  // namespace ops

/// ln σ(x) = −ln(1 + e⁻ˣ), element by element, without overflow. @throws DTypeError unless floating
template <Value V>
V logsigmoid(const V& x) {
  return apply(ops::Logsigmoid{}, x);
}

}  // namespace nabla
