// What an optimiser is.
#pragma once

#include <concepts>
#include <nabla/gradient.hpp>
#include <span>

namespace nabla::optim {

/// Changes parameters by their gradients. Optimisers are aggregates: their hyper-parameters are set by name, and their
/// state is a member too.
template <class O>
concept Optimizer = requires(O& optimizer, std::span<Parameter* const> parameters, const Gradients& gradients) {
  optimizer.step(parameters, gradients);
};

}  // namespace nabla::optim
