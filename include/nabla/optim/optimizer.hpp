// What an optimiser is.
#pragma once

#include <array>
#include <concepts>
#include <nabla/gradient.hpp>
#include <nabla/into.hpp>
#include <nabla/named_tensors.hpp>
#include <span>
#include <unordered_map>

namespace nabla::optim {

/// Changes parameters by their gradients. Optimisers are aggregates: their hyper-parameters are set by name, and their
/// state is a member too. They minimise; who wants to maximise f gives them the gradients of −f.
template <class O>
concept Optimizer = requires(O& optimizer, std::span<Parameter* const> parameters, const Gradients& gradients) {
  optimizer.step(parameters, gradients);
};

/// What the consuming step takes.
template <class Net>
concept HasParameters = requires(Net& net) {
  { net.parameters() } -> std::same_as<Parameters>;
};

/// What an optimiser remembers of one parameter.
struct ParameterState {
  std::int64_t steps = 0;              ///< that have been made
  double product = 1;                  ///< Π μᵢ over the steps (NAdam)
  std::array<Tensor, 3> tensors = {};  ///< of its shape; what they are is up to the optimiser
};
using ParameterStates = std::unordered_map<Parameter::Id, ParameterState>;

/// The members that all optimisers of the library have. A macro, since a base class would make g++ warn of every
/// Adam{.learning_rate = 2e-3} in users' code.
///
/// states      what is remembered of every parameter, by id; filled at its first step
///
/// step        One step for all parameters. @throws ValueError for hyper-parameters out of range, or a parameter
///             without a gradient; ShapeError or DTypeError when a gradient, or what is remembered, does not fit its
///             parameter. Nothing is changed then.
///
/// step, from the loss itself, by consume(): no gradient of the whole net is formed. Weights are those of gradient()
///             and step(); with Sgd within 2 units in the last place of the larger of w and of the step.
///             @throws as above, and as consume()
///
/// state       What is remembered, by names such as "velocity/net.0.weight": one tensor of each kind for every
///             parameter that has made a step, and an i64 scalar "steps/net.0.weight". Hyper-parameters are not among
///             them. @throws ValueError when two parameters have one name
/// restore     Remembers it again, for these parameters; one without entries begins anew.
///             @throws ValueError for entries that are missing, or belong to no parameter or to another optimiser;
///             ShapeError, DTypeError when one does not fit its parameter. Nothing is changed then.
#define NABLA_OPTIMIZER_MEMBERS                                                         \
  ::nabla::optim::ParameterStates states = {};                                          \
                                                                                        \
  void step(std::span<Parameter* const> parameters, const Gradients& gradients);        \
  void step(std::span<Parameter* const> parameters, const Var& loss);                   \
  void step(HasParameters auto& net, const Var& loss) { step(net.parameters(), loss); } \
                                                                                        \
  NamedTensors state(std::span<const Parameter* const> parameters) const;               \
  void restore(std::span<const Parameter* const> parameters, const NamedTensors& state)

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
