// Whole nets: multi-layer perceptrons, and the sigmoid nets of textbooks.
#include <functional>
#include <map>
#include <nabla/nabla.hpp>

#include "run_item.hpp"

namespace reference {

using namespace nabla;

namespace {

using Function = std::function<Var(const Var&)>;

Function activation_named(const std::string& name) {
  static const std::map<std::string, Function> all = {
      {"identity", [](const Var& z) { return z; }},
      {"linear", [](const Var& z) { return z; }},
      {"relu", [](const Var& z) { return relu(z); }},
      {"leaky_relu", [](const Var& z) { return leaky_relu(z, 0.01); }},
      {"elu", [](const Var& z) { return elu(z); }},
      {"selu", [](const Var& z) { return selu(z); }},
      {"celu", [](const Var& z) { return celu(z); }},
      {"silu", [](const Var& z) { return silu(z); }},
      {"mish", [](const Var& z) { return mish(z); }},
      {"gelu", [](const Var& z) { return gelu(z); }},
      {"softplus", [](const Var& z) { return softplus(z); }},
      {"softsign", [](const Var& z) { return softsign(z); }},
      {"sigmoid", [](const Var& z) { return sigmoid(z); }},
      {"logsigmoid", [](const Var& z) { return logsigmoid(z); }},
      {"tanh", [](const Var& z) { return tanh(z); }},
      {"tanhshrink", [](const Var& z) { return tanhshrink(z); }},
      {"hardtanh", [](const Var& z) { return hardtanh(z); }},
      {"hardsigmoid", [](const Var& z) { return hardsigmoid(z); }},
      {"hardswish", [](const Var& z) { return hardswish(z); }},
      {"relu6", [](const Var& z) { return relu6(z); }},
      {"softmax", [](const Var& z) { return softmax(z, -1); }},
      {"log_softmax", [](const Var& z) { return log_softmax(z, -1); }},
  };
  const auto found = all.find(name);
  if (found == all.end()) throw Unknown(fmt::format("the activation '{}' is unknown", name));
  return found->second;
}

Var loss_named(const std::string& name, const Var& a, const Tensor& target) {
  if (name == "cross_entropy") return cross_entropy(a, target);
  if (name == "nll") return nll_loss(a, target);
  if (name == "mse") return mse_loss(a, target);
  if (name == "l1") return l1_loss(a, target);
  if (name == "bce") return bce_loss(a, target);
  if (name == "bce_with_logits") return bce_with_logits(a, target);
  if (name == "huber") return huber_loss(a, target);
  if (name == "smooth_l1") return smooth_l1_loss(a, target);
  if (name == "quadratic") return quadratic_cost(a, target);
  throw Unknown(fmt::format("the loss '{}' is unknown", name));
}

/// x, and z and a of each layer.
struct Layers {
  Layers(Var input, std::vector<Var> wrt_, const std::vector<Function>& activations) : wrt(std::move(wrt_)) {
    a = {input};
    z = {input};
    for (std::size_t l = 1; l <= activations.size(); ++l) {
      z.push_back(linear(a[l - 1], wrt[2 * l - 2], wrt[2 * l - 1]));
      a.push_back(activations[l - 1](z[l]));
    }
  }

  std::vector<Var> wrt;  // W₁, b₁, W₂, …
  std::vector<Var> z, a;
};

/// "W1", "b1", "W2", …
std::vector<std::string> names_of(std::size_t layers, const char* weight) {
  std::vector<std::string> names;
  for (std::size_t l = 1; l <= layers; ++l) {
    names.push_back(fmt::format("{}{}", weight, l));
    names.push_back(fmt::format("b{}", l));
  }
  return names;
}

void compare_layers(const Item& item, const Layers& layers, Comparison& comparison) {
  for (std::size_t l = 1; l < layers.z.size(); ++l) {
    comparison.values(fmt::format("z{}", l), layers.z[l].value(), item[fmt::format("z{}", l)]);
    comparison.values(fmt::format("a{}", l), layers.a[l].value(), item[fmt::format("a{}", l)]);
  }
}

}  // namespace

void run_mlp(const Item& item, Comparison& comparison) {
  std::vector<std::string> activations = item.attributes.texts("hidden_activations");
  activations.push_back(item.attributes.text("output_activation"));
  std::vector<Function> functions;
  for (const std::string& name : activations) functions.push_back(activation_named(name));
  const std::vector<std::string> names = names_of(functions.size(), "W");

  Tape tape;
  std::vector<Var> wrt;
  std::vector<Tensor> directions;
  for (const std::string& name : names) {
    wrt.push_back(tape.variable(item[name]));
    if (item.has("v_" + name)) directions.push_back(item["v_" + name]);
  }
  const Var x = tape.variable(item["x"]);
  const Layers layers(x, wrt, functions);
  const Var loss = loss_named(item.attributes.text("loss"), layers.a.back(), item["target"]);
  compare_layers(item, layers, comparison);
  comparison.values("the loss", loss.value(), item["loss"]);

  wrt.push_back(x);
  const Gradients gradients = gradient(loss, wrt);
  comparison.values("grad_x", gradients[x], item["grad_x"]);
  for (std::size_t i = 0; i < names.size(); ++i)
    comparison.values("grad_" + names[i], gradients.at(i), item["grad_" + names[i]]);
  if (directions.size() != names.size()) return;
  wrt.pop_back();
  const Gradients products = hvp(loss, wrt, directions);
  for (std::size_t i = 0; i < names.size(); ++i)
    comparison.second_order("hv_" + names[i], products.at(i), item["hv_" + names[i]]);
}

void run_sigmoid_net(const Item& item, Comparison& comparison) {
  const std::size_t count = item.attributes.integers("sizes").size() - 1;
  const std::vector<Function> functions(count, activation_named("sigmoid"));
  const std::vector<std::string> names = names_of(count, "w");
  const std::string cost = item.attributes.text("cost");
  if (cost != "quadratic" && cost != "cross_entropy") throw Unknown(fmt::format("the cost '{}' is unknown", cost));
  const auto costs_of = [&](const Var& a) {
    const Tensor& y = item["y"];
    return cost == "quadratic" ? 0.5 * sum(square(a - y), 1) : sum(bce_loss(a, y, Reduction::none), 1);
  };

  std::vector<Parameter> parameters;
  for (const std::string& name : names) parameters.emplace_back(name, item[name]);
  Parameters weights, biases, all;
  for (std::size_t i = 0; i < parameters.size(); ++i) {
    (i % 2 == 0 ? weights : biases).push_back(&parameters[i]);
    all.push_back(&parameters[i]);
  }
  // (1 − ηλ/n) w − η/m ∂C/∂w, where C is the sum over the m samples.
  const double batch = item.attributes.number("batch"), rate = item.attributes.number("eta") / batch;
  const double decay = item.attributes.number("lambda") * batch / item.attributes.number("n_train");
  optim::Sgd for_weights{.learning_rate = rate, .weight_decay = decay}, for_biases{.learning_rate = rate};

  const std::int64_t updates = item.attributes.integer("updates");
  for (std::int64_t k = 0; k <= updates; ++k) {
    Tape tape;
    std::vector<Var> leaves;
    for (const Parameter& p : parameters) leaves.push_back(tape.parameter(p));
    const Layers layers(tape.constant(item["x"]), leaves, functions);
    const Var costs = costs_of(layers.a.back());
    const Gradients gradients = gradient(sum(costs), all);
    if (k == 0) {
      compare_layers(item, layers, comparison);
      comparison.values("the costs", costs.value(), item["costs"]);
      const Gradients deltas = gradient(sum(costs), layers.z);
      for (std::size_t l = 1; l <= count; ++l)
        comparison.values(fmt::format("delta{}", l), deltas.at(l), item[fmt::format("delta{}", l)]);
      for (std::size_t i = 0; i < names.size(); ++i)
        comparison.values("sum_grad_" + names[i], gradients.at(i), item["sum_grad_" + names[i]]);
    }
    for (const Parameter& p : parameters)
      comparison.values(fmt::format("{} after {} updates", p.name(), k), p.value, entry(item["steps_" + p.name()], k));
    for_weights.step(weights, gradients);
    for_biases.step(biases, gradients);
  }
}

}  // namespace reference
