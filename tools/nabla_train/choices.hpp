// What the command line calls by name: activations, losses, optimisers, initialisers, schedules.
#pragma once

#include <algorithm>
#include <functional>
#include <nabla/nn.hpp>
#include <nabla/optim.hpp>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "text.hpp"

namespace nabla_train {

using nabla::Tensor;
using nabla::Var;

/// As the command line writes a name of the library: leaky-relu.
std::string with_hyphens(std::string_view name);

/// Something with a name, and a line that says what it is.
template <class T>
struct Choice {
  std::string name;
  std::string help;
  T value;
};

template <class T>
std::vector<std::string> names(std::span<const Choice<T>> choices) {
  std::vector<std::string> result;
  for (const Choice<T>& choice : choices) result.push_back(choice.name);
  return result;
}

/// The one of that name; _ is as good as -. @throws UsageError
template <class T>
const Choice<T>& chosen(std::string_view what, std::string_view name, std::span<const Choice<T>> choices) {
  const auto found = std::ranges::find(choices, with_hyphens(name), &Choice<T>::name);
  if (found == choices.end()) throw UsageError(unknown(what, name, names(choices)));
  return *found;
}

/// Every activation of the library.
std::span<const Choice<nabla::nn::Activation>> activations();

/// A cost of outputs and targets: what training descends, and the mean over samples that is shown.
class Cost {
 public:
  /// Both are the same.
  template <class F>
  explicit Cost(F mean) : recorded_(mean), computed_(mean) {}
  /// Recorded, it has the derivatives of `descended` and the value of `shown`, so that the losses of training,
  /// validation and test can be compared whatever else is descended.
  Cost(std::function<Var(const Var&, const Var&)> descended, std::function<Tensor(const Tensor&, const Tensor&)> shown);

  Var operator()(const Var& a, const Var& y) const { return recorded_(a, y); }
  Tensor operator()(const Tensor& a, const Tensor& y) const { return computed_(a, y); }

 private:
  std::function<Var(const Var&, const Var&)> recorded_;
  std::function<Tensor(const Tensor&, const Tensor&)> computed_;
};

/// What a loss takes for targets.
enum class Targets { classes, numbers, either };

struct Loss {
  Targets targets;
  std::string output_for_classes;  ///< the activation of the last layer, unless another is asked for
  std::string output_for_numbers;
  std::string prediction = "identity";  ///< what makes probabilities of the outputs, where these are logits
  Cost cost;                            ///< targets of classes are class indices
};
std::span<const Choice<Loss>> losses();

using Optimizer = std::variant<nabla::optim::Sgd, nabla::optim::CrowleySgd, nabla::optim::Adagrad,
                               nabla::optim::Adadelta, nabla::optim::RMSprop, nabla::optim::Adam, nabla::optim::AdamW,
                               nabla::optim::Adamax, nabla::optim::NAdam, nabla::optim::RAdam>;
/// Every optimiser of the library, with its defaults.
std::span<const Choice<Optimizer>> optimizers();

/// What may be asked of an optimiser; what is left out is as the library has it.
struct HyperParameters {
  std::optional<double> learning_rate, momentum, weight_decay, beta1, beta2, eps;
  bool nesterov = false;
};
/// The optimiser of that name. @throws UsageError for an unknown one, and for what it does not have
Optimizer make_optimizer(std::string_view name, HyperParameters hyper_parameters);
/// Those that it has.
HyperParameters hyper_parameters(Optimizer optimizer);

/// How weights and biases begin.
struct Initialization {
  nabla::nn::Initializer weight;
  nabla::nn::Initializer bias = nabla::nn::zeros();
};
std::span<const Choice<Initialization>> initializations();

/// Of the learning rate, over so many steps; empty for plateau, which goes by the loss.
using MakeSchedule = std::function<nabla::optim::Schedule(double learning_rate, std::int64_t steps)>;
std::span<const Choice<MakeSchedule>> schedules();

}  // namespace nabla_train
