#pragma once

#include <cstdint>
#include <nabla/apply.hpp>
#include <nabla/operators.hpp>
#include <nabla/ops/stop_gradient.hpp>
#include <nabla/random.hpp>

namespace nabla {
namespace ops {

struct Bernoulli {
  static constexpr OpInfo info{.name = "bernoulli", .arity = 1, .formula = "u < p ? 1 : 0", .differentiable = false};
  // Where the draw begins in the stream of numbers: whoever runs the node again draws the same.
  std::uint64_t seed = 0, stream = 0, position = 0;

  void forward(Tensors in, Tensor& out) const;
  static std::vector<Sample> samples();
  static std::vector<BadCall> bad_calls();
};

}  // namespace ops

/// 1 with probability p, else 0, element by element, one number of `rng` each. Seed and position are kept in the node,
/// so the draw belongs to the recording. It has no derivative; see stochastic_binary.
/// @throws DTypeError unless floating; ValueError unless 0 ≤ p ≤ 1
template <Value V>
V bernoulli(const V& p, Rng& rng) {
  const V y = apply(ops::Bernoulli{rng.seed(), rng.stream(), rng.position()}, p);
  rng.set_position(rng.position() + static_cast<std::uint64_t>(p.shape().elements()));
  return y;
}

/// What stands for the derivative of a random draw with respect to its probability.
enum class Estimator : std::uint8_t {
  none,              ///< 0
  straight_through,  ///< 1, as if the draw were its probability (Hinton 2012; Bengio, Léonard and Courville 2013)
};

/// The stochastic binary neuron: 1 with probability p, which is what its activation function gives, else 0.
/// @throws DTypeError unless floating; ValueError unless 0 ≤ p ≤ 1
template <Value V>
V stochastic_binary(const V& p, Rng& rng, Estimator estimator = Estimator::straight_through) {
  const V drawn = bernoulli(p, rng);
  return estimator == Estimator::none ? drawn : drawn + (p - stop_gradient(p));  // p − p = 0, and its derivative is 1
}

}  // namespace nabla
