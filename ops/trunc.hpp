#pragma once

#include <nabla/apply.hpp>

namespace nabla {
namespace ops {

struct Trunc {
  static constexpr OpInfo info{.name = "trunc",
                               .arity = 1,
                               .formula = "trunc x",
                               .derivative = "0",
                               .convention = "0 everywhere",
                               .dtypes = DTypes::any,
                               .differentiable = false};
  static const Elementwise elementwise;
  static std::vector<Sample> samples();
  static std::vector<BadCall> bad_calls();
};

}  // namespace ops

/// The integer beside x on the side of 0, element by element, of any dtype; its derivative is 0 everywhere.
template <Value V>
V trunc(const V& x) {
  return apply(ops::Trunc{}, x);
}

}  // namespace nabla
