// Dying ReLU: a neuron whose weighted input is negative for every sample has output 0 and slope 0, so no gradient ever
// brings it back. The share of such neurons is counted before and after training, for small and large learning rates.
#include <fmt/core.h>

#include <cmath>
#include <nabla/nabla.hpp>

#include "claim.hpp"

using namespace nabla;

const auto digits = data::digits();

/// The share of hidden neurons that no sample activates.
double dead(const nn::Mlp& net) {
  const Tensor active = step(net.layers()[0].linear(digits.inputs)).to(f64);  // [samples, neurons]
  return mean(equal(sum(active, 0), 0.0).to(f64)).item();
}

nn::Mlp trained(const nn::Activation& hidden, double learning_rate) {
  nn::Mlp net({64, 100, 10}, {.hidden = hidden, .output = nn::identity, .seed = 1});
  if (learning_rate == 0) return net;
  optim::Sgd sgd{.learning_rate = learning_rate};
  Rng rng(2);
  Tape tape;
  for (int epoch = 0; epoch < 3; ++epoch)
    for (const data::Batch& batch : data::batches(digits, 32, rng)) {
      tape.clear();
      sgd.step(net, softmax_cross_entropy(net(tape.constant(batch.inputs)), tape.constant(batch.targets)));
    }
  return net;
}

/// The largest entry of ∂C/∂W of the hidden layer in the rows of dead neurons.
double gradient_of_dead(const nn::Mlp& net) {
  const Tensor active = step(net.layers()[0].linear(digits.inputs)).to(f64);
  const Tensor is_dead = reshape(equal(sum(active, 0), 0.0).to(f32), {-1, 1});
  Tape tape;
  const Var C = softmax_cross_entropy(net(tape.constant(digits.inputs)), tape.constant(digits.targets));
  return max(abs(gradient(C, net.parameters()).at(0) * is_dead)).item();
}

int main() {
  fmt::print(
      "share of 100 neurons that none of {} digits activates; share of digits recognised;\n"
      "learning rate 0 is the net before training\n",
      digits.size());
  fmt::print("learning rate        relu                leaky relu\n");
  double few = 0, many = 0;
  for (double learning_rate : {0.0, 0.1, 0.5, 2.0, 8.0}) {
    const nn::Mlp net = trained(nn::relu, learning_rate), leaky = trained(nn::leaky_relu, learning_rate);
    fmt::print("{:13} {:7.0f} % {:7.1f} % {:9.0f} % {:7.1f} %\n", learning_rate, 100 * dead(net),
               100 * train::accuracy(net, digits), 100 * dead(leaky), 100 * train::accuracy(leaky, digits));
    (learning_rate <= 0.1 ? few : many) = dead(net);
  }
  const nn::Mlp net = trained(nn::relu, 2), leaky = trained(nn::leaky_relu, 2);
  fmt::print("largest ∂C/∂W of neurons without activation: relu {:.1e}, leaky relu {:.1e}\n", gradient_of_dead(net),
             gradient_of_dead(leaky));
  claim("with a small learning rate hardly a neuron dies", few <= 0.05);
  claim("with a large one most do", many > 0.5);
  claim("dead neurons have the gradient 0, so they stay dead", dead(net) > 0 && gradient_of_dead(net) == 0);
  claim("leaky ones are handed a gradient still", dead(leaky) > 0 && gradient_of_dead(leaky) > 0);
  return claims_failed;
}
