#pragma once

#include <nabla/apply.hpp>

namespace nabla {
namespace ops {

struct Step {
  static constexpr OpInfo info{.name = "step",
                               .arity = 1,
                               .formula = "x > 0 ? 1 : 0",
                               .derivative = "0",
                               .convention = "0 everywhere",
                               .dtypes = DTypes::any,
                               .differentiable = false};
  static const Elementwise elementwise;
  static std::vector<Sample> samples();
  static std::vector<BadCall> bad_calls();
};

}  // namespace ops

/// 1 where x > 0, else 0, element by element, of any dtype: the binary threshold neuron. Its derivative is 0
/// everywhere; the perceptron rule trains it.
template <Value V>
V step(const V& x) {
  return apply(ops::Step{}, x);
}

}  // namespace nabla
