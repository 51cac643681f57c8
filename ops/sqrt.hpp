#pragma once

#include <nabla/apply.hpp>

namespace nabla {
namespace ops {

struct Sqrt {
  static constexpr OpInfo info{
      .name = "sqrt", .arity = 1, .formula = "x^(1/2)", .derivative = "u / (2 y)", .convention = "+inf at 0"};
  static const Elementwise elementwise;
  template <Value V>
  void vjp(const Pullback<V>& p) const;
  static std::vector<Sample> samples();
  static std::vector<BadCall> bad_calls();
};

}  // namespace ops

/// √x, element by element; its derivative at 0 is +inf. @throws DTypeError unless floating
template <Value V>
V sqrt(const V& x) {
  return apply(ops::Sqrt{}, x);
}

}  // namespace nabla
