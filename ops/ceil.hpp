#pragma once

#include <nabla/apply.hpp>

namespace nabla {
namespace ops {

struct Ceil {
  static constexpr OpInfo info{.name = "ceil",
                               .arity = 1,
                               .formula = "ceil x",
                               .derivative = "0",
                               .convention = "0 everywhere",
                               .dtypes = DTypes::any,
                               .differentiable = false};
  static const Elementwise elementwise;
  static std::vector<Sample> samples();
  static std::vector<BadCall> bad_calls();
};

}  // namespace ops

/// The smallest integer not below x, element by element, of any dtype; its derivative is 0 everywhere.
template <Value V>
V ceil(const V& x) {
  return apply(ops::Ceil{}, x);
}

}  // namespace nabla
