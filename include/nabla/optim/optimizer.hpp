// What an optimiser is.
#pragma once

#include <concepts>
#include <nabla/gradient.hpp>
#include <nabla/into.hpp>
#include <span>

namespace nabla::optim {

/// Changes parameters by their gradients. Optimisers are aggregates: their hyper-parameters are set by name, and their
/// state is a member too.
template <class O>
concept Optimizer = requires(O& optimizer, std::span<Parameter* const> parameters, const Gradients& gradients) {
  optimizer.step(parameters, gradients);
};

/// What an optimiser does with one parameter in a consuming sweep.
class Update {
 public:
  /// ∂C/∂w is complete, and the old w is no longer needed.
  virtual void take(Parameter& w, const Tensor& gradient) = 0;
  /// Where the product that forms ∂C/∂w may add it, if that is part of the update; folded() then does the rest.
  virtual Into fold(Parameter&) { return {}; }
  virtual void folded(Parameter&) {}

 protected:
  ~Update() = default;
};

/// The reverse sweep that updates weights as it passes: once the last contribution to ∂C/∂w is known, no node that is
/// still to come reads w. No gradient of the whole net ever exists. The tape gives up its hold on a parameter before it
/// is written, so nothing is copied; the record up to `loss` is used up, and can only be read, cleared or rewound.
/// A parameter that `loss` does not depend on is given a gradient of zeros.
/// When a rule throws, parameters that were passed before have been updated.
/// @throws ShapeError unless loss has one element; DTypeError unless it is floating; ShapeError or DTypeError when a
///         parameter was replaced after it was recorded; ValueError for one given twice; TapeError for a stale handle,
///         or a record that is used up. Nothing is changed then.
void consume(const Var& loss, std::span<Parameter* const> parameters, Update& update);

}  // namespace nabla::optim
