#pragma once

#include <nabla/apply.hpp>

namespace nabla {
namespace ops {

struct Relu6 {
  static constexpr OpInfo info{.name = "relu6",
                               .arity = 1,
                               .formula = "min(max(x, 0), 6)",
                               .derivative = "u (0 < x < 6 ? 1 : 0)",
                               .convention = "0 at 0 and 6"};
  static const Elementwise elementwise;
  template <Value V>
  void vjp(const Pullback<V>& p) const;
  static std::vector<Sample> samples();
  static std::vector<BadCall> bad_calls();
};

}  // namespace ops

/// min(max(x, 0), 6), element by element; the derivative at 0 and at 6 is 0. @throws DTypeError unless floating
template <Value V>
V relu6(const V& x) {
  return apply(ops::Relu6{}, x);
}

}  // namespace nabla
