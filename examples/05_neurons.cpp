// The same net with every kind of neuron in its hidden layer, on the same task: the handwritten digits.
#include <fmt/core.h>

#include <map>
#include <nabla/nabla.hpp>
#include <string>

#include "claim.hpp"

using namespace nabla;

const auto& [training_data, test_data] = [] {
  static const auto parts = data::digits().split(0.8, 1);
  return parts;
}();

/// The share of test digits that [64, 32, 10] recognises after 15 epochs. What stands between the layers is given.
double learned(nn::Layer neurons, nn::Layer second = nn::identity) {
  Rng rng(1);
  nn::Sequential net{nn::Linear(64, 32, rng), std::move(neurons), std::move(second), nn::Linear(32, 10, rng)};
  optim::Sgd sgd{.learning_rate = 0.1, .momentum = 0.9};
  const nn::Training training{rng};
  Tape tape;
  for (int epoch = 0; epoch < 15; ++epoch)
    for (const data::Batch& batch : data::batches(training_data, 32, rng)) {
      tape.clear();
      const Var logits = net(tape.constant(batch.inputs), training);
      sgd.step(net, softmax_cross_entropy(logits, tape.constant(batch.targets)));
    }
  return train::accuracy(net, test_data);
}

int main() {
  std::map<std::string, double> accuracy;
  const auto row = [&](const std::string& name, double share, const char* note) {
    accuracy[name] = share;
    fmt::print("{:<12} {:5.1f} %   {}\n", name, 100 * share, note);
  };
  fmt::print("neurons      test digits recognised after 15 epochs\n");
  row("linear", learned(nn::identity), "two linear layers are one");
  row("sigmoid", learned(nn::sigmoid), "g' = g (1 − g), never above 1/4");
  row("tanh", learned(nn::tanh), "tanh' = 1 − tanh²");
  row("relu", learned(nn::relu), "slope 0 or 1");
  row("gelu", learned(nn::gelu), "z Φ(z)");
  row("softmax", learned(nn::softmax), "the neurons of a layer compete; their outputs are small, so it learns slowly");
  row("threshold", learned(nn::step), "slope 0: the hidden weights stay as they were drawn, only the output learns");
  row("stochastic", learned(nn::sigmoid, nn::StochasticBinary()), "0 or 1 at random; straight-through estimator");
  row("by neuron", learned(nn::by_neuron({{16, nn::relu}, {16, nn::tanh}})), "half relu, half tanh");
  row("a lambda", learned([](const Var& z) { return z * sigmoid(z); }), "z σ(z), written here");

  fmt::print("\n");
  for (const char* name : {"sigmoid", "tanh", "relu", "gelu", "by neuron", "a lambda"})
    claim(fmt::format("{}: 93 % or more", name), accuracy[name] >= 0.93);
  claim("stochastic neurons can be trained: better than thresholds that were drawn once",
        accuracy["stochastic"] > accuracy["threshold"]);
  claim("even those are far better than guessing one of ten", accuracy["threshold"] > 0.5);
  return claims_failed;
}
