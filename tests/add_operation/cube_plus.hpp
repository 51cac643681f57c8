#pragma once

#include <nabla/apply.hpp>

namespace nabla {
namespace ops {

struct CubePlus {
  static constexpr OpInfo info{.name = "cube_plus", .arity = 1, .formula = "x^3 + c"};
  double c = 0;
  void forward(Tensors in, Tensor& out) const;
  template <Value V>
  void vjp(const Pullback<V>& p) const;
  static std::vector<Sample> samples();
  static std::vector<BadCall> bad_calls();
};

}  // namespace ops

/// x³ + c, element by element. @throws DTypeError unless floating
template <Value V>
V cube_plus(const V& x, double c) {
  return apply(ops::CubePlus{c}, x);
}

}  // namespace nabla
