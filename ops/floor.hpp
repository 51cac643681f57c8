#pragma once

#include <nabla/apply.hpp>

namespace nabla {
namespace ops {

struct Floor {
  static constexpr OpInfo info{.name = "floor",
                               .arity = 1,
                               .formula = "floor x",
                               .derivative = "0",
                               .convention = "0 everywhere",
                               .dtypes = DTypes::any,
                               .differentiable = false};
  static const Elementwise elementwise;
  static std::vector<Sample> samples();
  static std::vector<BadCall> bad_calls();
};

}  // namespace ops

/// The largest integer not above x, element by element, of any dtype; its derivative is 0 everywhere.
template <Value V>
V floor(const V& x) {
  return apply(ops::Floor{}, x);
}

}  // namespace nabla
