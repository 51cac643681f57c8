#pragma once

#include <nabla/apply.hpp>

namespace nabla {
namespace ops {

struct Log10 {
  static constexpr OpInfo info{
      .name = "log10", .arity = 1, .formula = "log_10 x", .derivative = "u / (x ln 10)", .convention = "+inf at 0"};
  static const Elementwise elementwise;
  template <Value V>
  void vjp(const Pullback<V>& p) const;
  static std::vector<Sample> samples();
  static std::vector<BadCall> bad_calls();
};

}  // namespace ops

/// The logarithm to base 10, element by element; NaN for x < 0. @throws DTypeError unless floating
template <Value V>
V log10(const V& x) {
  return apply(ops::Log10{}, x);
}

}  // namespace nabla
