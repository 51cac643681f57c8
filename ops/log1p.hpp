#pragma once

#include <nabla/apply.hpp>

namespace nabla {
namespace ops {

struct Log1p {
  static constexpr OpInfo info{
      .name = "log1p", .arity = 1, .formula = "ln(1 + x)", .derivative = "u / (1 + x)", .convention = "+inf at -1"};
  static const Elementwise elementwise;
  template <Value V>
  void vjp(const Pullback<V>& p) const;
  static std::vector<Sample> samples();
  static std::vector<BadCall> bad_calls();
};

}  // namespace ops

/// ln(1 + x), element by element, with all digits near 0; NaN for x < −1. @throws DTypeError unless floating
template <Value V>
V log1p(const V& x) {
  return apply(ops::Log1p{}, x);
}

}  // namespace nabla
