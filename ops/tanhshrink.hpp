#pragma once

#include <nabla/apply.hpp>

namespace nabla {
namespace ops {

struct Tanhshrink {
  static constexpr OpInfo info{.name = "tanhshrink", .arity = 1, .formula = "x - tanh x", .derivative = "u tanh(x)^2"};
  static const Elementwise elementwise;
  template <Value V>
  void vjp(const Pullback<V>& p) const;
  static std::vector<Sample> samples();
  static std::vector<BadCall> bad_calls();
};

}  // namespace ops

/// x − tanh x, element by element, with all digits near 0. @throws DTypeError unless floating
template <Value V>
V tanhshrink(const V& x) {
  return apply(ops::Tanhshrink{}, x);
}

}  // namespace nabla
