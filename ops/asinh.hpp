#pragma once

#include <nabla/apply.hpp>

namespace nabla {
namespace ops {

struct Asinh {
  static constexpr OpInfo info{.name = "asinh", .arity = 1, .formula = "arsinh x", .derivative = "u / sqrt(x^2 + 1)"};
  static const Elementwise elementwise;
  template <Value V>
  void vjp(const Pullback<V>& p) const;
  static std::vector<Sample> samples();
  static std::vector<BadCall> bad_calls();
};

}  // namespace ops

/// arsinh x = ln(x + √(x² + 1)), element by element. @throws DTypeError unless floating
template <Value V>
V asinh(const V& x) {
  return apply(ops::Asinh{}, x);
}

}  // namespace nabla
