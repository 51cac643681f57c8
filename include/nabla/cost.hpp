// The cost functions of the textbooks by name, where a cost is chosen at run time.
#pragma once

#include <nabla/ops.hpp>
#include <string_view>

namespace nabla {

/// A cost of outputs a and targets y. Each is an operation, which states its formula and the text it comes from.
enum class Cost { quadratic, quadratic_per_neuron, bernoulli_cross_entropy, categorical_cross_entropy };

constexpr std::string_view name(Cost cost) {
  constexpr std::string_view names[] = {"quadratic", "quadratic_per_neuron", "bernoulli_cross_entropy",
                                        "categorical_cross_entropy"};
  return names[static_cast<std::size_t>(cost)];
}

/// C, a scalar, by the operation of that cost: quadratic_cost(a, y) and so on. a and y have one shape,
/// [samples, outputs] or [outputs]. @throws as the operation does
template <Operand A, Operand Y>
Result<A, Y> cost(Cost which, const A& a, const Y& y) {
  switch (which) {
    case Cost::quadratic:
      return quadratic_cost(a, y);
    case Cost::quadratic_per_neuron:
      return quadratic_per_neuron_cost(a, y);
    case Cost::bernoulli_cross_entropy:
      return bernoulli_cross_entropy(a, y);
    case Cost::categorical_cross_entropy:
      break;
  }
  return categorical_cross_entropy(a, y);
}

}  // namespace nabla
