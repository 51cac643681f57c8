#pragma once

#include <nabla/apply.hpp>

namespace nabla {
namespace ops {

struct Celu {
  static constexpr OpInfo info{.name = "celu",
                               .arity = 1,
                               .formula = "x > 0 ? x : alpha (e^(x/alpha) - 1)",
                               .derivative = "u (x > 0 ? 1 : e^(x/alpha))",
                               .convention = "1 at 0",
                               .source = "Barron 2017"};
  explicit Celu(double alpha = 1);
  double alpha;

  static const Elementwise elementwise;
  template <Value V>
  void vjp(const Pullback<V>& p) const;
  static std::vector<Sample> samples();
  static std::vector<BadCall> bad_calls();
};

}  // namespace ops

/// x for x > 0, else α (e^(x/α) − 1), element by element (Barron 2017), with α > 0.
/// @throws DTypeError unless floating; ValueError unless α > 0
template <Value V>
V celu(const V& x, double alpha = 1) {
  return apply(ops::Celu{alpha}, x);
}

}  // namespace nabla
