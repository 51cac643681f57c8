#pragma once

#include <nabla/apply.hpp>

namespace nabla {
namespace ops {

struct Elu {
  static constexpr OpInfo info{.name = "elu",
                               .arity = 1,
                               .formula = "x > 0 ? x : alpha (e^x - 1)",
                               .derivative = "u (x > 0 ? 1 : alpha e^x)",
                               .convention = "alpha at 0",
                               .source = "Clevert, Unterthiner and Hochreiter 2016"};
  double alpha = 1;

  static const Elementwise elementwise;
  template <Value V>
  void vjp(const Pullback<V>& p) const;
  static std::vector<Sample> samples();
  static std::vector<BadCall> bad_calls();
};

}  // namespace ops

/// x for x > 0, else α (eˣ − 1), element by element (Clevert, Unterthiner and Hochreiter 2016); the derivative at 0 is
/// α.
/// @throws DTypeError unless floating
template <Value V>
V elu(const V& x, double alpha = 1) {
  return apply(ops::Elu{.alpha = alpha}, x);
}

}  // namespace nabla
