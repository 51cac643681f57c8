// Terms that keep weights small, to be added to a cost.
#pragma once

#include <nabla/parameter.hpp>
#include <nabla/var.hpp>
#include <span>

namespace nabla::nn {

/// ½ Σ w² over all weights, beside a cost (of its kind: recorded where that is a Var). Weights are the parameters of
/// two axes or more: matrices and filters, not biases. With m samples, C + λ/m · ridge(net, C) is the cost of the
/// texts, C₀ + λ/(2m) Σ w², by which w ← (1 − ηλ/m) w − η ∂C₀/∂w.
template <Value V>
V ridge(std::span<const Parameter* const> parameters, const V& beside);
template <class Net, Value V>
V ridge(const Net& net, const V& beside) {
  return ridge(std::span<const Parameter* const>(net.parameters()), beside);
}

/// Σ |w| over all weights, likewise. Its derivative is the sign of w, 0 at 0.
template <Value V>
V lasso(std::span<const Parameter* const> parameters, const V& beside);
template <class Net, Value V>
V lasso(const Net& net, const V& beside) {
  return lasso(std::span<const Parameter* const>(net.parameters()), beside);
}

}  // namespace nabla::nn
