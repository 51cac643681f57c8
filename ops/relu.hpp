#pragma once

#include <nabla/apply.hpp>

namespace nabla {
namespace ops {

struct Relu {
  static constexpr OpInfo info{
      .name = "relu", .arity = 1, .formula = "max(x, 0)", .derivative = "u (x > 0 ? 1 : 0)", .convention = "0 at 0"};
  static const Elementwise elementwise;
  template <Value V>
  void vjp(const Pullback<V>& p) const;
  static std::vector<Sample> samples();
  static std::vector<BadCall> bad_calls();
};

}  // namespace ops

/// max(x, 0), element by element; its derivative at 0 is 0. @throws DTypeError unless floating
template <Value V>
V relu(const V& x) {
  return apply(ops::Relu{}, x);
}

}  // namespace nabla
