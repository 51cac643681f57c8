#pragma once

#include <nabla/apply.hpp>

namespace nabla {
namespace ops {

struct Mish {
  static constexpr OpInfo info{.name = "mish",
                               .arity = 1,
                               .formula = "x tanh(ln(1 + e^x))",
                               .derivative = "u (t + x (1 - t^2) sigmoid(x)), t = tanh(ln(1 + e^x))",
                               .source = "Misra 2019"};
  static const Elementwise elementwise;
  template <Value V>
  void vjp(const Pullback<V>& p) const;
  static std::vector<Sample> samples();
  static std::vector<BadCall> bad_calls();
};

}  // namespace ops

/// x tanh(ln(1 + eˣ)), element by element (Misra 2019). @throws DTypeError unless floating
template <Value V>
V mish(const V& x) {
  return apply(ops::Mish{}, x);
}

}  // namespace nabla
