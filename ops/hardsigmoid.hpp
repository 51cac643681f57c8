#pragma once

#include <nabla/apply.hpp>

namespace nabla {
namespace ops {

struct Hardsigmoid {
  static constexpr OpInfo info{.name = "hardsigmoid",
                               .arity = 1,
                               .formula = "min(max(x + 3, 0), 6) / 6",
                               .derivative = "u (-3 < x < 3 ? 1/6 : 0)",
                               .convention = "0 at -3 and 3"};
  static const Elementwise elementwise;
  template <Value V>
  void vjp(const Pullback<V>& p) const;
  static std::vector<Sample> samples();
  static std::vector<BadCall> bad_calls();
};

}  // namespace ops

/// min(max(x + 3, 0), 6) / 6, element by element; the derivative at −3 and 3 is 0. @throws DTypeError unless floating
template <Value V>
V hardsigmoid(const V& x) {
  return apply(ops::Hardsigmoid{}, x);
}

}  // namespace nabla
