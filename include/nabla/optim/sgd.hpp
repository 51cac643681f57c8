// Stochastic gradient descent.
#pragma once

#include <nabla/optim/optimizer.hpp>

namespace nabla::optim {

/// w ← w − η ∂C/∂w; with momentum μ in its classical form (Polyak 1964), v ← μ v − η ∂C/∂w, w ← w + v.
/// A change of η acts on the gradients to come, not on what v already holds.
///
/// In consuming steps without weight decay and Nesterov, the gradient of a weight matrix is never formed: the product
/// that would form it adds to the weight, or to its velocity.
struct Sgd {
  double learning_rate = 0.01;  ///< η, 0 or more
  double momentum = 0;          ///< μ, in [0, 1)
  double dampening = 0;         ///< τ in [0, 1): after the first step, v ← μ v − η (1 − τ) ∂C/∂w
  double weight_decay = 0;      ///< λ: ∂C/∂w + λ w takes the place of ∂C/∂w, as of C + λ/2 ‖w‖²
  bool nesterov = false;  ///< w ← w + μ v − η ∂C/∂w, with the new v (Sutskever et al. 2013); no dampening then

  NABLA_OPTIMIZER_MEMBERS;
};

/// w ← w − η ∂C/∂w + μ w, as J. L. Crowley's lesson on backpropagation (2021) prints momentum. It is not the same
/// thing: nothing is remembered of earlier steps, and w grows by the factor 1 + μ where the gradient is 0.
struct CrowleySgd {
  double learning_rate = 0.01;  ///< η, 0 or more
  double momentum = 0;          ///< μ, in [0, 1)

  NABLA_OPTIMIZER_MEMBERS;
};

static_assert(Optimizer<Sgd> && Optimizer<CrowleySgd>);

}  // namespace nabla::optim
