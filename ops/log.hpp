#pragma once

#include <nabla/apply.hpp>

namespace nabla {
namespace ops {

struct Log {
  static constexpr OpInfo info{
      .name = "log", .arity = 1, .formula = "ln x", .derivative = "u / x", .convention = "+inf at 0"};
  static const Elementwise elementwise;
  template <Value V>
  void vjp(const Pullback<V>& p) const;
  static std::vector<Sample> samples();
  static std::vector<BadCall> bad_calls();
};

}  // namespace ops

/// ln x, element by element; NaN for x < 0. @throws DTypeError unless floating
template <Value V>
V log(const V& x) {
  return apply(ops::Log{}, x);
}

}  // namespace nabla
