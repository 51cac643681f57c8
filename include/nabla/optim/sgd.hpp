// Stochastic gradient descent.
#pragma once

#include <nabla/optim/optimizer.hpp>
#include <unordered_map>

namespace nabla::optim {

/// w ← w − η ∂C/∂w; with momentum μ in its classical form (Polyak 1964), v ← μ v − η ∂C/∂w, w ← w + v.
struct Sgd {
  double learning_rate = 0.01;  ///< η
  double momentum = 0;          ///< μ, in [0, 1)

  /// v of every parameter, by id; filled at its first step.
  std::unordered_map<Parameter::Id, Tensor> velocity = {};

  /// One step for all parameters. @throws ValueError for hyper-parameters out of range, or a parameter without a
  /// gradient; ShapeError or DTypeError when a gradient does not fit its parameter. Nothing is changed then.
  void step(std::span<Parameter* const> parameters, const Gradients& gradients);

  /// The same from the loss itself, by consume(): the gradient of a weight matrix is never formed, the product that
  /// would form it adds to the weight or to its velocity. Weights are those of gradient() and step() within 2 units in
  /// the last place of the larger of w and of the step. @throws ValueError as above, and as consume()
  void step(std::span<Parameter* const> parameters, const Var& loss);
  template <class Net>
  requires requires(Net& net) {
    { net.parameters() } -> std::same_as<Parameters>;
  }
  void step(Net& net, const Var& loss) { step(net.parameters(), loss); }
};

static_assert(Optimizer<Sgd>);

}  // namespace nabla::optim
