#pragma once

#include <nabla/apply.hpp>

namespace nabla {
namespace ops {

struct Sign {
  static constexpr OpInfo info{.name = "sign",
                               .arity = 1,
                               .formula = "sign x",
                               .derivative = "0",
                               .convention = "0 everywhere; the sign of NaN is 0",
                               .dtypes = DTypes::any,
                               .differentiable = false};
  static const Elementwise elementwise;
  static std::vector<Sample> samples();
  static std::vector<BadCall> bad_calls();
};

}  // namespace ops

/// −1, 0 or 1, element by element, of any dtype; its derivative is 0 everywhere. The sign of NaN is 0.
template <Value V>
V sign(const V& x) {
  return apply(ops::Sign{}, x);
}

}  // namespace nabla
