#pragma once

#include <nabla/apply.hpp>

namespace nabla {
namespace ops {

struct Rsqrt {
  static constexpr OpInfo info{
      .name = "rsqrt", .arity = 1, .formula = "x^(-1/2)", .derivative = "-u y^3 / 2", .convention = "-inf at 0"};
  static const Elementwise elementwise;
  template <Value V>
  void vjp(const Pullback<V>& p) const;
  static std::vector<Sample> samples();
  static std::vector<BadCall> bad_calls();
};

}  // namespace ops

/// 1 / √x, element by element. @throws DTypeError unless floating
template <Value V>
V rsqrt(const V& x) {
  return apply(ops::Rsqrt{}, x);
}

}  // namespace nabla
