// Adam and its kin: running means of the gradients g and of their squares,
//
//     m ← β₁ m + (1 − β₁) g,  v ← β₂ v + (1 − β₂) g²,  m̂ = m/(1 − β₁ᵗ),  v̂ = v/(1 − β₂ᵗ)  at step t = 1, 2, …
//
// Except for AdamW, λ w is added to g first. All are written with the conventions of PyTorch.
#pragma once

#include <nabla/optim/optimizer.hpp>

namespace nabla::optim {

/// w ← w − η m̂/(√v̂ + ε) (Kingma and Ba 2015, algorithm 1).
struct Adam {
  double learning_rate = 1e-3;  ///< η, 0 or more
  double beta1 = 0.9;           ///< β₁, in [0, 1)
  double beta2 = 0.999;         ///< β₂, in [0, 1)
  double eps = 1e-8;            ///< ε, 0 or more
  double weight_decay = 0;      ///< λ, 0 or more
  bool amsgrad = false;         ///< the largest v so far takes the place of v in v̂ (Reddi, Kale and Kumar 2018)

  NABLA_OPTIMIZER_MEMBERS;
};

/// Adam with decoupled weight decay: w ← (1 − η λ) w, and then as Adam without λ (Loshchilov and Hutter 2019,
/// algorithm 2).
struct AdamW {
  double learning_rate = 1e-3;  ///< η, 0 or more
  double beta1 = 0.9;           ///< β₁, in [0, 1)
  double beta2 = 0.999;         ///< β₂, in [0, 1)
  double eps = 1e-8;            ///< ε, 0 or more
  double weight_decay = 0.01;   ///< λ, 0 or more
  bool amsgrad = false;         ///< as Adam's

  NABLA_OPTIMIZER_MEMBERS;
};

/// u ← max(β₂ u, |g| + ε), w ← w − η m̂/u (Kingma and Ba 2015, algorithm 2).
struct Adamax {
  double learning_rate = 2e-3;  ///< η, 0 or more
  double beta1 = 0.9;           ///< β₁, in [0, 1)
  double beta2 = 0.999;         ///< β₂, in [0, 1)
  double eps = 1e-8;            ///< ε, 0 or more
  double weight_decay = 0;      ///< λ, 0 or more

  NABLA_OPTIMIZER_MEMBERS;
};

/// With μₜ = β₁ (1 − ½ 0.96^(t ψ)) and Πₜ = μ₁ … μₜ,
/// w ← w − η [μₜ₊₁ m/(1 − Πₜ₊₁) + (1 − μₜ) g/(1 − Πₜ)]/(√v̂ + ε) (Dozat 2016).
struct NAdam {
  double learning_rate = 2e-3;   ///< η, 0 or more
  double beta1 = 0.9;            ///< β₁, in [0, 1)
  double beta2 = 0.999;          ///< β₂, in [0, 1)
  double eps = 1e-8;             ///< ε, 0 or more
  double weight_decay = 0;       ///< λ, 0 or more
  double momentum_decay = 4e-3;  ///< ψ, 0 or more
  bool as_pytorch_1 = false;     ///< μₜ Πₜ₊₁ in place of Πₜ₊₁, as PyTorch has it before version 2

  NABLA_OPTIMIZER_MEMBERS;
};

/// With ρ∞ = 2/(1 − β₂) − 1 and ρ = ρ∞ − 2 t β₂ᵗ/(1 − β₂ᵗ): w ← w − η m̂, until there are enough steps to judge the
/// variance by, ρ > 5; then w ← w − η r m̂ √(1 − β₂ᵗ)/(√v + ε), r² = (ρ − 4)(ρ − 2) ρ∞/((ρ∞ − 4)(ρ∞ − 2) ρ) (Liu et al.
/// 2020, algorithm 2).
struct RAdam {
  double learning_rate = 1e-3;  ///< η, 0 or more
  double beta1 = 0.9;           ///< β₁, in [0, 1)
  double beta2 = 0.999;         ///< β₂, in [0, 1)
  double eps = 1e-8;            ///< ε, 0 or more
  double weight_decay = 0;      ///< λ, 0 or more

  NABLA_OPTIMIZER_MEMBERS;
};

static_assert(Optimizer<Adam> && Optimizer<AdamW> && Optimizer<Adamax> && Optimizer<NAdam> && Optimizer<RAdam>);

}  // namespace nabla::optim
