// Whether the layers of a net can learn: what a look at one batch tells before the loss does.
#pragma once

#include <cstdint>
#include <functional>
#include <nabla/nn/mlp.hpp>
#include <nabla/nn/sequential.hpp>
#include <nabla/text.hpp>
#include <optional>
#include <string>
#include <type_traits>
#include <vector>

namespace nabla::train {

/// One layer with parameters, z = layer(a), and the activation f that follows it, over all samples of a batch.
///
/// What is said of f rests on its slope in proportion to the largest it has, s(z) = |f'(z)| / max |f'|, and is left out
/// where there is none: identity, and functions such as softmax whose outputs depend on all z of a row. A unit is an
/// entry of the last axis; of images [samples, channels, height, width], a channel.
struct LayerHealth {
  std::string name;        ///< "net.0"
  std::string activation;  ///< "relu"; "identity" where none follows
  std::int64_t units = 0;
  /// The share of all z with s(z) < 0.1: learning is slower there than at best by a factor of 10 and more. Of sigmoid,
  /// |z| > 3.6, of tanh, |z| > 1.8. Of S-shaped activations only, which are flat on both sides of 0, and not at 0.
  std::optional<double> saturated = {};
  /// The share of units with s(z) < 10⁻⁶ for every sample: no gradient reaches their weights. Of relu, z ≤ 0.
  std::optional<double> dead = {};
  /// Of the output layer, if it is S-shaped: the share of all z that are saturated and wrong, and nevertheless have a
  /// smaller δ than they would have at z = 0, where the error is smaller. A cost that is convex in z has none.
  std::optional<double> slow = {};
  double delta_norm = 0;  ///< ‖δ‖, δ = ∂C/∂z of all samples. The 1/m of a mean is part of C.
  std::optional<double> update_ratio = {};  ///< ‖Δw‖ / ‖w‖ of a step, over parameters of rank 2 and more, else all
};

/// Beyond which Health::warnings() warns.
struct HealthBounds {
  double saturated = 0.5;           ///< share in a hidden layer
  double slow = 0.05;               ///< share in the output layer
  double dead = 0.4;                ///< share in a layer
  double vanishing = 0.01;          ///< ‖δ‖ of the first layer, below so much of the last one's
  double exploding = 100;           ///< the same, above
  double smallest_update = 1e-6;    ///< update_ratio; about 1e-3 is usual
  double largest_update = 0.1;      ///< update_ratio
  std::int64_t least_samples = 30;  ///< with fewer, a unit may be dead for them by chance, and there is no warning
};

struct Health {
  std::int64_t samples = 0;
  double cost = 0;
  std::vector<LayerHealth> layers = {};  ///< from the input on

  /// What is wrong, and what helps, in a sentence or two for each illness; empty for a net that is well.
  std::vector<std::string> warnings(const HealthBounds& bounds = {}) const;
};
/// A table, one row for each layer, and the warnings below it.
std::string to_string(const Health& health);

/// The step from which update_ratio is taken, the first of the two that is given; without either there is none.
struct ExamineOptions {
  /// The parameters as they were a step ago, of a copy of the net: Δw = w − w_before, of any optimiser.
  ConstParameters before = {};
  std::optional<double> learning_rate = {};  ///< η of plain gradient descent on this batch: Δw = −η ∂C/∂w
};

namespace detail {
using CostOfOutputs = std::function<Var(const Var& outputs)>;
Health examine(const nn::Mlp& net, const CostOfOutputs& cost, const Tensor& inputs, const ExamineOptions& options);
Health examine(const nn::Sequential& net, const CostOfOutputs& cost, const Tensor& inputs,
               const ExamineOptions& options);
}  // namespace detail

/// Records the net as it evaluates, and looks at every layer. A few hundred samples tell more than a batch of 32.
///
///   Health health = examine(net, nn::softmax_cross_entropy, batch.inputs, batch.targets, {.learning_rate = 0.1});
///   fmt::print("{}\n", health);
///
/// @param net     an Mlp or a Sequential. Nets within a net are entered; another module with parameters is one layer.
///                The activation of a layer is the next one without parameters that changes no shape.
/// @param cost    of outputs and targets, as fit() takes it
/// @param inputs  [samples, ...]
/// @throws ShapeError when inputs have no axis for the samples, when the cost is no scalar, or `before` has other
///         shapes; ValueError when a parameter of the net is not in `before`; and what the net and the cost throw
template <class Net, class Cost>
Health examine(const Net& net, const Cost& cost, const Tensor& inputs, const Tensor& targets,
               const ExamineOptions& options = {}) {
  const auto of_outputs = [&](const Var& outputs) -> Var {
    if constexpr (std::is_invocable_r_v<Var, const Cost&, const Var&, const Var&>)
      return cost(outputs, outputs.tape().constant(targets));
    else
      return cost(outputs, targets);
  };
  return detail::examine(net, of_outputs, inputs, options);
}

}  // namespace nabla::train

template <>
struct fmt::formatter<nabla::train::Health> : nabla::detail::TextFormatter {};
