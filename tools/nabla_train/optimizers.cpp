#include "choices.hpp"

#include <fmt/core.h>

namespace nabla_train {

using namespace nabla;

std::span<const Choice<Optimizer>> optimizers() {
  static const std::vector<Choice<Optimizer>> all{
      {"sgd", "w - η g, with momentum if asked for", optim::Sgd{}},
      {"crowley-sgd", "w - η g + μ w, momentum as Crowley's lesson prints it", optim::CrowleySgd{}},
      {"adagrad", "a rate for each weight, by the sum of its squared g", optim::Adagrad{}},
      {"adadelta", "no rate to choose: steps by the size of earlier steps", optim::Adadelta{}},
      {"rmsprop", "g by the root of the running mean of its square", optim::RMSprop{}},
      {"adam", "rmsprop with a running mean of g, bias corrected", optim::Adam{}},
      {"adamw", "adam with weight decay apart from g", optim::AdamW{}},
      {"adamax", "adam with the largest g instead of the mean square", optim::Adamax{}},
      {"nadam", "adam with Nesterov's momentum", optim::NAdam{}},
      {"radam", "adam that waits until its mean squares can be trusted", optim::RAdam{}},
  };
  return all;
}

namespace {

/// Calls f(option, value, member) for each; member is a function that finds it in an optimiser which has it.
template <class F>
void for_each(HyperParameters& h, const F& f) {
  std::optional<bool> nesterov = h.nesterov ? std::optional(true) : std::nullopt;
  f("--learning-rate", h.learning_rate, [](auto& o) -> decltype((o.learning_rate)) { return o.learning_rate; });
  f("--momentum", h.momentum, [](auto& o) -> decltype((o.momentum)) { return o.momentum; });
  f("--nesterov", nesterov, [](auto& o) -> decltype((o.nesterov)) { return o.nesterov; });
  f("--weight-decay", h.weight_decay, [](auto& o) -> decltype((o.weight_decay)) { return o.weight_decay; });
  f("--beta1", h.beta1, [](auto& o) -> decltype((o.beta1)) { return o.beta1; });
  f("--beta2", h.beta2, [](auto& o) -> decltype((o.beta2)) { return o.beta2; });
  f("--eps", h.eps, [](auto& o) -> decltype((o.eps)) { return o.eps; });
  h.nesterov = nesterov.value_or(false);
}

}  // namespace

Optimizer make_optimizer(std::string_view name, HyperParameters hyper_parameters) {
  const Choice<Optimizer>& choice = chosen("optimizer", name, optimizers());
  Optimizer optimizer = choice.value;
  for_each(hyper_parameters, [&](std::string_view option, const auto& value, auto member) {
    if (!value) return;
    std::visit(
        [&](auto& chosen) {
          if constexpr (requires { member(chosen) = *value; })
            member(chosen) = *value;
          else
            throw UsageError(fmt::format("{}: the optimizer {} has none; leave it out", option, choice.name));
        },
        optimizer);
  });
  return optimizer;
}

HyperParameters hyper_parameters(Optimizer optimizer) {
  HyperParameters result;
  for_each(result, [&](std::string_view, auto& value, auto member) {
    std::visit(
        [&](auto& chosen) {
          if constexpr (requires { value = member(chosen); }) value = member(chosen);
        },
        optimizer);
  });
  return result;
}

}  // namespace nabla_train
