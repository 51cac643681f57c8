// Trajectories of optimisers.
#include <functional>
#include <nabla/nabla.hpp>

#include "run_item.hpp"

namespace reference {

using namespace nabla;

namespace {

using Step = std::function<void(const Parameters&, const Gradients&)>;

template <class O>
Step step_of(O optimizer) {
  return [optimizer](const Parameters& parameters, const Gradients& gradients) mutable {
    optimizer.step(parameters, gradients);
  };
}

template <class O>
Step adam_like(HyperParameters& hyper, O optimizer) {
  if (hyper.has("betas")) {
    const std::vector<double> betas = hyper.numbers("betas");
    optimizer.beta1 = betas.at(0);
    optimizer.beta2 = betas.at(1);
  }
  optimizer.learning_rate = hyper.number("lr", optimizer.learning_rate);
  optimizer.eps = hyper.number("eps", optimizer.eps);
  optimizer.weight_decay = hyper.number("weight_decay", optimizer.weight_decay);
  if constexpr (requires { optimizer.amsgrad; }) optimizer.amsgrad = hyper.flag("amsgrad", false);
  if constexpr (requires { optimizer.momentum_decay; })
    optimizer.momentum_decay = hyper.number("momentum_decay", optimizer.momentum_decay);
  return step_of(optimizer);
}

std::string family_of(const std::string& name) { return name.substr(0, name.find('_')); }

/// How far a trajectory may be off after any number of steps. The library of the corpus has the product of NAdam in
/// f32.
Bar bar_of(const std::string& optimizer, DType dtype) {
  return family_of(optimizer) == "nadam" ? Bar{1e-8, 1e-7} : Comparison::value_bar(dtype);
}

/// The optimiser of that name in PyTorch; what follows an underscore names its hyper-parameters once more.
Step optimizer_named(const std::string& name, HyperParameters& hyper) {
  const std::string family = family_of(name);
  if (family == "sgd")
    return step_of(optim::Sgd{.learning_rate = hyper.number("lr"),
                              .momentum = hyper.number("momentum", 0),
                              .dampening = hyper.number("dampening", 0),
                              .weight_decay = hyper.number("weight_decay", 0),
                              .nesterov = hyper.flag("nesterov", false)});
  if (family == "adagrad")
    return step_of(optim::Adagrad{.learning_rate = hyper.number("lr", 0.01),
                                  .learning_rate_decay = hyper.number("lr_decay", 0),
                                  .weight_decay = hyper.number("weight_decay", 0),
                                  .initial_sum_of_squares = hyper.number("initial_accumulator_value", 0),
                                  .eps = hyper.number("eps", 1e-10)});
  if (family == "adadelta")
    return step_of(optim::Adadelta{.learning_rate = hyper.number("lr", 1),
                                   .decay = hyper.number("rho", 0.9),
                                   .weight_decay = hyper.number("weight_decay", 0),
                                   .eps = hyper.number("eps", 1e-6)});
  if (family == "rmsprop")
    return step_of(optim::RMSprop{.learning_rate = hyper.number("lr", 0.01),
                                  .decay = hyper.number("alpha", 0.99),
                                  .momentum = hyper.number("momentum", 0),
                                  .weight_decay = hyper.number("weight_decay", 0),
                                  .eps = hyper.number("eps", 1e-8),
                                  .centered = hyper.flag("centered", false)});
  if (family == "adam") return adam_like(hyper, optim::Adam{});
  if (family == "adamw") return adam_like(hyper, optim::AdamW{});
  if (family == "adamax") return adam_like(hyper, optim::Adamax{});
  if (family == "nadam") return adam_like(hyper, optim::NAdam{.as_pytorch_1 = true});
  if (family == "radam") return adam_like(hyper, optim::RAdam{});
  throw Unknown(fmt::format("the optimiser '{}' is unknown", name));
}

Var rosenbrock(const Var& p) {
  const std::int64_t n = p.shape()[0];
  const Var head = slice(p, 0, 0, n - 1), tail = slice(p, 0, 1, n);
  return sum(10 * square(tail - square(head)) + square(1 - head));
}

Var problem(const Item& item, const Var& p) {
  const std::string name = item.attributes.text("problem");
  if (name == "rosenbrock") return rosenbrock(p);
  if (name == "least_squares") return mse_loss(matmul(item["A"], p), item["b"]);
  if (name == "logistic") return bce_with_logits(matmul(item["X"], p), item["t"]);
  throw Unknown(fmt::format("the problem '{}' is unknown", name));
}

}  // namespace

void run_optimizer(const Item& item, Comparison& comparison) {
  HyperParameters hyper(item.attributes.group("hyper"));
  const std::string name = item.attributes.text("optimizer");
  const Step step = optimizer_named(name, hyper);
  const double sign = hyper.flag("maximize", false) ? -1 : 1;
  for (const char* irrelevant : {"foreach", "capturable", "differentiable", "fused"}) hyper.ignore(irrelevant);
  hyper.require_all_known();
  const std::string mode = item.attributes.text("mode");
  if (mode != "problem" && mode != "given_gradients") throw Unknown(fmt::format("the mode '{}' is unknown", mode));
  const bool given = mode == "given_gradients";

  // The names of the arrays end in the number of the parameter, where there are several.
  std::vector<std::string> suffixes;
  if (item.has("params")) suffixes.push_back("");
  for (int i = 0; item.has(fmt::format("params{}", i)); ++i) suffixes.push_back(std::to_string(i));
  std::vector<Parameter> parameters;
  for (const std::string& suffix : suffixes)
    parameters.emplace_back("params" + suffix, entry(item["params" + suffix], 0).contiguous());
  Parameters all;
  for (Parameter& p : parameters) all.push_back(&p);

  const auto compare = [&](const std::string& what, std::int64_t k, const Tensor& got, const std::string& array) {
    const Tensor expected = entry(item[array], k);
    comparison.within(bar_of(name, expected.dtype()), fmt::format("{} after {} steps", what, k), got, expected);
  };
  const std::int64_t steps = item.attributes.integer("steps");
  for (std::int64_t k = 0; k <= steps; ++k) {
    Tape tape;
    Var loss;
    for (std::size_t i = 0; i < all.size(); ++i) {
      compare(all[i]->name(), k, all[i]->value, all[i]->name());
      if (!given) {
        loss = problem(item, tape.parameter(*all[i]));
      } else if (k < steps) {
        const Var term = sum(tape.parameter(*all[i]) * entry(item["grads" + suffixes[i]], k));
        loss = loss.defined() ? loss + term : term;
      }
    }
    if (!given) compare("the loss", k, loss.value(), "losses");
    if (!comparison.misses.empty()) return;  // all that follows is wrong, too
    if (k == steps) return;
    const Gradients gradients = gradient(sign * loss, all);
    for (std::size_t i = 0; i < all.size(); ++i)
      compare("the gradient", k, sign * gradients.at(i), "grads" + suffixes[i]);
    step(all, gradients);
  }
}

}  // namespace reference
