#pragma once

#include <nabla/apply.hpp>

namespace nabla {
namespace ops {

struct Round {
  static constexpr OpInfo info{.name = "round",
                               .arity = 1,
                               .formula = "round x",
                               .derivative = "0",
                               .convention = "0 everywhere; of two integers the even one",
                               .dtypes = DTypes::any,
                               .differentiable = false};
  static const Elementwise elementwise;
  static std::vector<Sample> samples();
  static std::vector<BadCall> bad_calls();
};

}  // namespace ops

/// The nearest integer, of two the even one, element by element, of any dtype; its derivative is 0 everywhere.
template <Value V>
V round(const V& x) {
  return apply(ops::Round{}, x);
}

}  // namespace nabla
