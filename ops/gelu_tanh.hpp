#pragma once

#include <nabla/apply.hpp>

namespace nabla {
namespace ops {

struct GeluTanh {
  static constexpr OpInfo info{.name = "gelu_tanh",
                               .arity = 1,
                               .formula = "x/2 (1 + tanh((2/pi)^(1/2) (x + 0.044715 x^3)))",
                               .derivative = "u (s + x s (1 - s) t'), with y = x s, s = sigmoid(t)",
                               .source = "Hendrycks and Gimpel 2016"};
  static const Elementwise elementwise;
  template <Value V>
  void vjp(const Pullback<V>& p) const;
  static std::vector<Sample> samples();
  static std::vector<BadCall> bad_calls();
};

}  // namespace ops

/// ½ x (1 + tanh(√(2/π) (x + 0.044715 x³))), element by element: gelu as Hendrycks and Gimpel (2016) approximate it.
/// @throws DTypeError unless floating
template <Value V>
V gelu_tanh(const V& x) {
  return apply(ops::GeluTanh{}, x);
}

}  // namespace nabla
