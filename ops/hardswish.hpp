#pragma once

#include <nabla/apply.hpp>

namespace nabla {
namespace ops {

struct Hardswish {
  static constexpr OpInfo info{.name = "hardswish",
                               .arity = 1,
                               .formula = "x min(max(x + 3, 0), 6) / 6",
                               .derivative = "u (x < -3 ? 0 : x < 3 ? x/3 + 1/2 : 1)",
                               .convention = "-1/2 at -3, 1 at 3",
                               .source = "Howard and others 2019"};
  static const Elementwise elementwise;
  template <Value V>
  void vjp(const Pullback<V>& p) const;
  static std::vector<Sample> samples();
  static std::vector<BadCall> bad_calls();
};

}  // namespace ops

/// x min(max(x + 3, 0), 6) / 6, element by element (Howard et al. 2019); the derivative at −3 is −½, at 3 it is 1.
/// @throws DTypeError unless floating
template <Value V>
V hardswish(const V& x) {
  return apply(ops::Hardswish{}, x);
}

}  // namespace nabla
