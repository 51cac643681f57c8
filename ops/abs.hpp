#pragma once

#include <nabla/apply.hpp>

namespace nabla {
namespace ops {

struct Abs {
  static constexpr OpInfo info{.name = "abs",
                               .arity = 1,
                               .formula = "|x|",
                               .derivative = "u sign x",
                               .convention = "0 at 0",
                               .dtypes = DTypes::any};
  static const Elementwise elementwise;
  template <Value V>
  void vjp(const Pullback<V>& p) const;
  static std::vector<Sample> samples();
  static std::vector<BadCall> bad_calls();
};

}  // namespace ops

/// |x|, element by element, of any dtype; its derivative at 0 is 0.
template <Value V>
V abs(const V& x) {
  return apply(ops::Abs{}, x);
}

}  // namespace nabla
