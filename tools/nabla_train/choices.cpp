#include "choices.hpp"

#include <cmath>
#include <nabla/ops.hpp>

namespace nabla_train {

using namespace nabla;

std::string with_hyphens(std::string_view name) {
  std::string result(name);
  std::ranges::replace(result, '_', '-');
  return result;
}

std::span<const Choice<nn::Activation>> activations() {
  static const std::vector<Choice<nn::Activation>> all = [] {
    std::vector<Choice<nn::Activation>> result;
    const auto add = [&](const auto& activation, std::string help) {
      result.push_back({with_hyphens(activation.name), std::move(help), activation});
    };
    add(nn::identity, "z: a linear neuron");
    add(nn::relu, "max(0, z)");
    add(nn::sigmoid, "1/(1 + e^-z)");
    add(nn::tanh, "hyperbolic tangent");
    add(nn::softplus, "ln(1 + e^z)");
    add(nn::gelu, "z Φ(z)");
    add(nn::gelu_tanh, "gelu, approximated by tanh");
    add(nn::silu, "z sigmoid(z), also known as swish");
    add(nn::mish, "z tanh(softplus(z))");
    add(nn::relu6, "min(6, max(0, z))");
    add(nn::leaky_relu, "z, or 0.01 z below 0");
    add(nn::elu, "z, or e^z - 1 below 0");
    add(nn::celu, "elu of the width 1");
    add(nn::selu, "elu that keeps mean 0 and variance 1");
    add(nn::hardsigmoid, "sigmoid in three straight pieces");
    add(nn::hardswish, "z hardsigmoid(z)");
    add(nn::hardtanh, "z between -1 and 1");
    add(nn::hardshrink, "z, or 0 between -1/2 and 1/2");
    add(nn::softshrink, "z moved by 1/2 towards 0");
    add(nn::softsign, "z/(1 + |z|)");
    add(nn::tanhshrink, "z - tanh(z)");
    add(nn::logsigmoid, "ln sigmoid(z)");
    add(nn::step, "the threshold neuron; has no derivative to learn by");
    add(nn::softmax, "e^z / Σ e^z over the layer");
    add(nn::log_softmax, "ln softmax(z)");
    return result;
  }();
  return all;
}

Cost::Cost(std::function<Var(const Var&, const Var&)> descended,
           std::function<Tensor(const Tensor&, const Tensor&)> shown)
    : recorded_([descended = std::move(descended), shown](const Var& a, const Var& y) {
        const Var cost = descended(a, y);
        return a.tape().constant(shown(a.value(), y.value())) + (cost - a.tape().constant(cost.value()));
      }),
      computed_(std::move(shown)) {}

namespace {

/// The cost where classes are given as indices: their targets are rows with a 1 at the class.
template <class F>
Cost of_one_hot(F cost) {
  return Cost([cost](const auto& a, const auto& y) {
    return y.dtype() == i64 ? cost(a, one_hot(y, a.shape()[a.rank() - 1], a.dtype())) : cost(a, y);
  });
}

}  // namespace

std::span<const Choice<Loss>> losses() {
  const auto numbers = [](auto cost) {
    return Loss{.targets = Targets::either,
                .output_for_classes = "sigmoid",
                .output_for_numbers = "identity",
                .cost = of_one_hot(cost)};
  };
  Loss crowleys = numbers(nn::half_squared_error);
  crowleys.cost = Cost(crowleys.cost, numbers(nn::quadratic_cost).cost);
  static const std::vector<Choice<Loss>> all{
      {"softmax-ce", "cross-entropy of softmax(z): one class of several",
       Loss{.targets = Targets::classes,
            .output_for_classes = "identity",
            .output_for_numbers = "",
            .prediction = "softmax",
            .cost = Cost(nn::softmax_cross_entropy)}},
      {"sigmoid-ce", "cross-entropy of sigmoid(z), every output by itself",
       Loss{.targets = Targets::either,
            .output_for_classes = "identity",
            .output_for_numbers = "identity",
            .prediction = "sigmoid",
            .cost = of_one_hot(nn::sigmoid_cross_entropy)}},
      {"multi-margin", "the score of the class above all others by 1",
       Loss{.targets = Targets::classes,
            .output_for_classes = "identity",
            .output_for_numbers = "",
            .cost = Cost([](const auto& a, const auto& y) { return multi_margin_loss(a, y); })}},
      {"categorical-ce", "cross-entropy of outputs that are one distribution",
       Loss{.targets = Targets::classes,
            .output_for_classes = "softmax",
            .output_for_numbers = "",
            .cost = of_one_hot(nn::categorical_cross_entropy)}},
      {"bernoulli-ce", "cross-entropy of outputs that are probabilities",
       Loss{.targets = Targets::either,
            .output_for_classes = "sigmoid",
            .output_for_numbers = "sigmoid",
            .cost = of_one_hot(nn::bernoulli_cross_entropy)}},
      {"quadratic", "1/(2m) Σ |a - y|^2 over m samples (Nielsen)", numbers(nn::quadratic_cost)},
      {"quadratic-per-neuron", "the same, divided by the number of outputs", numbers(nn::quadratic_per_neuron_cost)},
      {"half-squared-error", "1/2 Σ (a - y)^2 of a batch (Crowley); shown as its mean", crowleys},
      {"mse", "the mean of (a - y)^2", numbers([](const auto& a, const auto& y) { return mse_loss(a, y); })},
      {"l1", "the mean of |a - y|", numbers([](const auto& a, const auto& y) { return l1_loss(a, y); })},
      {"smooth-l1", "l1 with its corner rounded off, of width 1",
       numbers([](const auto& a, const auto& y) { return smooth_l1_loss(a, y); })},
      {"huber", "quadratic up to 1, linear beyond",
       numbers([](const auto& a, const auto& y) { return huber_loss(a, y); })},
      {"log-cosh", "the mean of ln cosh(a - y)",
       numbers([](const auto& a, const auto& y) { return log_cosh_loss(a, y); })},
  };
  return all;
}

std::span<const Choice<Initialization>> initializations() {
  static const std::vector<Choice<Initialization>> all{
      {"glorot-uniform", "uniform, variance 2/(inputs + outputs); biases 0", {nn::glorot_uniform()}},
      {"glorot-normal", "normal with that variance", {nn::glorot_normal()}},
      {"he-uniform", "uniform, variance 2/inputs: for relu", {nn::he_uniform()}},
      {"he-normal", "normal with that variance", {nn::he_normal()}},
      {"lecun-uniform", "uniform, variance 1/inputs", {nn::lecun_uniform()}},
      {"lecun-normal", "normal with that variance: for selu", {nn::lecun_normal()}},
      {"orthogonal", "rows at right angles to each other", {nn::orthogonal()}},
      {"small-normal", "N(0, 0.01^2)", {nn::small_normal()}},
      {"standard-normal", "N(0, 1), biases too, as Nielsen's network.py", {nn::normal(1), nn::normal(1)}},
  };
  return all;
}

std::span<const Choice<MakeSchedule>> schedules() {
  static const std::vector<Choice<MakeSchedule>> all{
      {"constant", "the learning rate as it is",
       [](double rate, std::int64_t) -> optim::Schedule {
         return optim::ConstantFactor{.learning_rate = rate, .steps = 0};
       }},
      {"linear", "straight down to 0",
       [](double rate, std::int64_t steps) -> optim::Schedule {
         return optim::PolynomialDecay{.learning_rate = rate, .steps = steps};
       }},
      {"cosine", "half a wave of a cosine down to 0",
       [](double rate, std::int64_t steps) -> optim::Schedule {
         return optim::CosineDecay{.learning_rate = rate, .steps = steps};
       }},
      {"exponential", "by the same factor every step, down to 1/100",
       [](double rate, std::int64_t steps) -> optim::Schedule {
         return optim::ExponentialDecay{.learning_rate = rate,
                                        .factor = std::pow(0.01, 1.0 / static_cast<double>(steps))};
       }},
      {"step", "a tenth after every third of the training",
       [](double rate, std::int64_t steps) -> optim::Schedule {
         return optim::StepDecay{.learning_rate = rate, .every = (steps + 2) / 3};
       }},
      {"one-cycle", "up from 1/25 of the rate, then down to almost 0",
       [](double rate, std::int64_t steps) -> optim::Schedule {
         return optim::OneCycle{.max_rate = rate, .steps = steps};
       }},
      {"plateau", "a tenth after 10 epochs in which --watch got no better", {}},
  };
  return all;
}

}  // namespace nabla_train
