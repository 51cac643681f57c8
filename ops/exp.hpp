#pragma once

#include <nabla/apply.hpp>

namespace nabla {
namespace ops {

struct Exp {
  static constexpr OpInfo info{.name = "exp", .arity = 1, .formula = "e^x", .derivative = "u y"};
  static const Elementwise elementwise;
  template <Value V>
  void vjp(const Pullback<V>& p) const;
  static std::vector<Sample> samples();
  static std::vector<BadCall> bad_calls();
};

}  // namespace ops

/// e^x, element by element. @throws DTypeError unless floating
template <Value V>
V exp(const V& x) {
  return apply(ops::Exp{}, x);
}

}  // namespace nabla
