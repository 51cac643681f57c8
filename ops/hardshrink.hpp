#pragma once

#include <nabla/apply.hpp>

namespace nabla {
namespace ops {

struct Hardshrink {
  static constexpr OpInfo info{.name = "hardshrink",
                               .arity = 1,
                               .formula = "|x| > l ? x : 0",
                               .derivative = "u (|x| > l ? 1 : 0)",
                               .convention = "0 at -l and l"};
  explicit Hardshrink(double lambd = 0.5);
  double lambd;

  static const Elementwise elementwise;
  template <Value V>
  void vjp(const Pullback<V>& p) const;
  static std::vector<Sample> samples();
  static std::vector<BadCall> bad_calls();
};

}  // namespace ops

/// x where |x| > λ, else 0, element by element; the derivative at ±λ is 0.
/// @throws DTypeError unless floating; ValueError unless λ ≥ 0
template <Value V>
V hardshrink(const V& x, double lambd = 0.5) {
  return apply(ops::Hardshrink{lambd}, x);
}

}  // namespace nabla
