// The training loop.
#pragma once

#include <concepts>
#include <nabla/data/batches.hpp>
#include <nabla/nn/training.hpp>
#include <nabla/optim/optimizer.hpp>
#include <nabla/tape.hpp>
#include <nabla/train/fit_options.hpp>
#include <optional>
#include <string>
#include <type_traits>
#include <typeinfo>
#include <utility>

namespace nabla::train {

namespace detail {

/// Net, cost and optimiser as the loop sees them, which is compiled once.
class Task {
 public:
  /// The cost of a batch, recorded in training.
  virtual Var record(Tape& tape, const data::Batch& batch, const nn::Training& training) = 0;
  virtual void step(const Var& loss) = 0;
  virtual void step(const Parameters& parameters, const Gradients& gradients) = 0;

  virtual Tensor evaluate(const Tensor& inputs) = 0;
  virtual double cost(const Tensor& outputs, const Tensor& targets) = 0;

  virtual Parameters parameters() = 0;
  virtual Parameters buffers() = 0;

  /// Null where the optimiser has none.
  virtual double* learning_rate() = 0;
  /// Keeps a copy of the optimiser, and gives it back, once; nothing where it cannot be copied.
  virtual void keep_optimizer() = 0;
  virtual void take_optimizer_back() = 0;
  /// The type of the optimiser; null where its state cannot be saved.
  virtual const char* optimizer_type() const = 0;
  virtual NamedTensors optimizer_state(const ConstParameters& parameters) = 0;
  virtual void restore_optimizer(const ConstParameters& parameters, const NamedTensors& state) = 0;

 protected:
  ~Task() = default;
};

template <class Net, class Cost, class O>
class TaskOf final : public Task {
 public:
  TaskOf(Net& net, const Cost& cost, O& optimizer) : net_(net), cost_(cost), optimizer_(optimizer) {}

  Var record(Tape& tape, const data::Batch& batch, const nn::Training& training) override {
    const Var output = nn::forward(net_, tape.constant(batch.inputs), training);
    if constexpr (std::is_invocable_r_v<Var, const Cost&, const Var&, const Var&>)
      return cost_(output, tape.constant(batch.targets));
    else
      return cost_(output, batch.targets);
  }

  void step(const Var& loss) override {
    if constexpr (requires { optimizer_.step(net_, loss); })
      optimizer_.step(net_, loss);
    else
      step(net_.parameters(), gradient(loss, net_.parameters()));
  }
  void step(const Parameters& parameters, const Gradients& gradients) override {
    optimizer_.step(parameters, gradients);
  }

  Tensor evaluate(const Tensor& inputs) override {
    if constexpr (std::is_invocable_r_v<Tensor, Net&, const Tensor&>) {
      return net_(inputs);
    } else {
      Tape tape;
      return net_(tape.constant(inputs)).value();
    }
  }
  double cost(const Tensor& outputs, const Tensor& targets) override {
    if constexpr (std::is_invocable_r_v<Tensor, const Cost&, const Tensor&, const Tensor&>) {
      return Tensor(cost_(outputs, targets)).item();
    } else {
      Tape tape;
      const Var a = tape.constant(outputs);
      if constexpr (std::is_invocable_r_v<Var, const Cost&, const Var&, const Var&>)
        return cost_(a, tape.constant(targets)).value().item();
      else
        return cost_(a, targets).value().item();
    }
  }

  Parameters parameters() override { return net_.parameters(); }
  Parameters buffers() override {
    if constexpr (requires { net_.buffers(); })
      return net_.buffers();
    else
      return {};
  }

  double* learning_rate() override {
    if constexpr (requires {
                    { &optimizer_.learning_rate } -> std::same_as<double*>;
                  })
      return &optimizer_.learning_rate;
    else
      return nullptr;
  }
  void keep_optimizer() override {
    if constexpr (copyable) kept_.emplace(optimizer_);
  }
  void take_optimizer_back() override {
    if constexpr (copyable) optimizer_ = std::move(*kept_);
  }
  const char* optimizer_type() const override { return has_state ? typeid(O).name() : nullptr; }
  NamedTensors optimizer_state([[maybe_unused]] const ConstParameters& parameters) override {
    if constexpr (has_state)
      return optimizer_.state(parameters);
    else
      return {};
  }
  void restore_optimizer([[maybe_unused]] const ConstParameters& parameters,
                         [[maybe_unused]] const NamedTensors& state) override {
    if constexpr (has_state) optimizer_.restore(parameters, state);
  }

 private:
  static constexpr bool copyable = std::is_copy_constructible_v<O> && std::is_move_assignable_v<O>;
  static constexpr bool has_state = requires(O & optimizer, const ConstParameters& parameters, NamedTensors state) {
    state = optimizer.state(parameters);
    optimizer.restore(parameters, state);
  };

  Net& net_;
  const Cost& cost_;
  O& optimizer_;
  std::optional<O> kept_;
};

History fit(Task& task, const data::Dataset& dataset, const FitOptions& options);

}  // namespace detail

/// Trains a network: every epoch takes all samples once, in an order of its own, `batch_size` at a time, and each batch
/// is one step of the optimiser along the gradient of cost(net(inputs), targets), with the net in training where it
/// tells training from evaluation. The same seed gives the same bits, for any number of threads.
///
///   optim::Adam adam{.learning_rate = 2e-3};
///   train::fit(net, nn::softmax_cross_entropy, adam, training, {.epochs = 30, .validation = &test, .seed = 3});
///
/// A loss or a weight that is not finite ends the training: net and optimiser are then as they were after the last
/// whole epoch, the net after the best one where early stopping restores that, and `stopped_because` names the step.
///
/// What a callback, the net or the cost throws ends it too, and they are as the last step left them.
///
/// @param net   with parameters(), called with a Var; buffers() belong to it, where it has them
/// @param cost  of outputs and targets, both Vars, a scalar: of nn/loss.hpp, or a lambda. It is taken for a mean over
///              samples where the losses of batches are averaged.
/// @throws ValueError for options out of range, an empty data set, a cost that depends on no parameter of the net, and
///         a checkpoint of another training (optimiser, data set, batch_size, seed, what is watched, configuration);
///         IoError when a checkpoint cannot be read or written, or is of another net: nothing is changed then
template <optim::HasParameters Net, class Cost, optim::Optimizer O>
History fit(Net& net, const Cost& cost, O& optimizer, const data::Dataset& dataset, const FitOptions& options = {}) {
  detail::TaskOf<Net, Cost, O> task(net, cost, optimizer);
  return detail::fit(task, dataset, options);
}

}  // namespace nabla::train
