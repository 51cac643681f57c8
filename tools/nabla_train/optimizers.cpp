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

Optimizer make_optimizer(std::string_view name, const HyperParameters& hyper_parameters) {
  const Choice<Optimizer>& choice = chosen("optimizer", name, optimizers());
  Optimizer optimizer = choice.value;

  // `member` is called with the optimiser, if that has such a member.
  const auto set = [&](std::string_view option, const auto& value, auto member) {
    if (!value) return;
    std::visit(
        [&](auto& chosen) {
          if constexpr (requires { member(chosen) = *value; })
            member(chosen) = *value;
          else
            throw UsageError(fmt::format("{}: the optimizer {} has none; leave it out", option, choice.name));
        },
        optimizer);
  };
  const HyperParameters& h = hyper_parameters;
  const std::optional<bool> nesterov = h.nesterov ? std::optional(true) : std::nullopt;
  set("--learning-rate", h.learning_rate, [](auto& o) -> decltype((o.learning_rate)) { return o.learning_rate; });
  set("--momentum", h.momentum, [](auto& o) -> decltype((o.momentum)) { return o.momentum; });
  set("--nesterov", nesterov, [](auto& o) -> decltype((o.nesterov)) { return o.nesterov; });
  set("--weight-decay", h.weight_decay, [](auto& o) -> decltype((o.weight_decay)) { return o.weight_decay; });
  set("--beta1", h.beta1, [](auto& o) -> decltype((o.beta1)) { return o.beta1; });
  set("--beta2", h.beta2, [](auto& o) -> decltype((o.beta2)) { return o.beta2; });
  set("--eps", h.eps, [](auto& o) -> decltype((o.eps)) { return o.eps; });
  return optimizer;
}

}  // namespace nabla_train
