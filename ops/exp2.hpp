#pragma once

#include <nabla/apply.hpp>

namespace nabla {
namespace ops {

struct Exp2 {
  static constexpr OpInfo info{.name = "exp2", .arity = 1, .formula = "2^x", .derivative = "u y ln 2"};
  static const Elementwise elementwise;
  template <Value V>
  void vjp(const Pullback<V>& p) const;
  static std::vector<Sample> samples();
  static std::vector<BadCall> bad_calls();
};

}  // namespace ops

/// 2ˣ, element by element. @throws DTypeError unless floating
template <Value V>
V exp2(const V& x) {
  return apply(ops::Exp2{}, x);
}

}  // namespace nabla
