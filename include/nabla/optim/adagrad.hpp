// Adagrad, and what became of it: a rate for every single weight, by the size of its gradients g.
//
// Everywhere λ w is added to g first. All are written with the conventions of PyTorch.
#pragma once

#include <nabla/optim/optimizer.hpp>

namespace nabla::optim {

/// s ← s + g², w ← w − η/(1 + (t − 1) κ) · g/(√s + ε) at step t = 1, 2, … (Duchi, Hazan and Singer 2011).
struct Adagrad {
  double learning_rate = 0.01;        ///< η, 0 or more
  double learning_rate_decay = 0;     ///< κ, 0 or more
  double weight_decay = 0;            ///< λ, 0 or more
  double initial_sum_of_squares = 0;  ///< s before the first step, 0 or more
  double eps = 1e-10;                 ///< ε, 0 or more

  NABLA_OPTIMIZER_MEMBERS;
};

/// s ← ρ s + (1 − ρ) g², Δ = √(u + ε)/√(s + ε) g, u ← ρ u + (1 − ρ) Δ², w ← w − η Δ (Zeiler 2012, algorithm 1, where η
/// is 1).
struct Adadelta {
  double learning_rate = 1;  ///< η, 0 or more
  double decay = 0.9;        ///< ρ, in [0, 1)
  double weight_decay = 0;   ///< λ, 0 or more
  double eps = 1e-6;         ///< ε, 0 or more

  NABLA_OPTIMIZER_MEMBERS;
};

/// s ← α s + (1 − α) g², w ← w − η g/(√s + ε) (Tieleman and Hinton 2012).
struct RMSprop {
  double learning_rate = 0.01;  ///< η, 0 or more
  double decay = 0.99;          ///< α, in [0, 1)
  double momentum = 0;          ///< μ, in [0, 1): v ← μ v + g/(√s + ε), w ← w − η v
  double weight_decay = 0;      ///< λ, 0 or more
  double eps = 1e-8;            ///< ε, 0 or more
  bool centered = false;  ///< the variance s − a², a ← α a + (1 − α) g, for s under the root (Graves 2013)

  NABLA_OPTIMIZER_MEMBERS;
};

static_assert(Optimizer<Adagrad> && Optimizer<Adadelta> && Optimizer<RMSprop>);

}  // namespace nabla::optim
