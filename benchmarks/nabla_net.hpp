// The training step of a net as a user of Nabla writes it.
#pragma once

#include <nabla/nabla.hpp>

#include "nets.hpp"

namespace bench {

class NablaNet {
 public:
  explicit NablaNet(const Problem& problem)
      : net_(sizes(problem.net), options(problem.net)), optimizer_{.learning_rate = learning_rate} {
    const auto m = static_cast<std::int64_t>(problem.net.batch), n = static_cast<std::int64_t>(problem.net.sizes[0]);
    inputs_ = nabla::Tensor::copy_of({m, n}, problem.inputs);
    classes_ = problem.net.cost == Cost::softmax_cross_entropy;
    targets_ = classes_
                   ? nabla::Tensor::copy_of({m}, problem.labels)
                   : nabla::Tensor::copy_of({m, static_cast<std::int64_t>(problem.net.sizes.back())}, problem.targets);
    for (std::size_t l = 0; l < problem.net.depth(); ++l) {
      nabla::nn::Linear& layer = net_.layers()[l].linear;
      layer.weight.value = nabla::Tensor::copy_of(layer.weight.shape(), problem.weights[l]);
      layer.bias.value = nabla::Tensor::copy_of(layer.bias.shape(), problem.biases[l]);
    }
  }

  /// Recorded anew every time.
  void step() {
    tape_.clear();
    optimizer_.step(net_, record());
  }

  /// Recorded once, and replayed.
  void replayed_step() {
    if (!loss_.defined())
      loss_ = record();
    else
      tape_.replay(net_);
    optimizer_.step(net_, loss_);
  }

  nabla::nn::Mlp& net() { return net_; }

 private:
  nabla::Var record() {
    using namespace nabla;
    const Var a = net_(tape_.constant(inputs_)), y = tape_.constant(targets_);
    return classes_ ? softmax_cross_entropy(a, y) : quadratic_cost(a, y);
  }

  static std::vector<std::int64_t> sizes(const Net& net) { return {net.sizes.begin(), net.sizes.end()}; }
  static nabla::nn::MlpOptions options(const Net& net) {
    namespace nn = nabla::nn;
    const nn::Activation hidden = net.hidden == Neuron::sigmoid ? nn::Activation(nn::sigmoid)
                                  : net.hidden == Neuron::relu  ? nn::Activation(nn::relu)
                                                                : nn::Activation(nn::tanh);
    return {.hidden = hidden, .output = net.cost == Cost::quadratic ? hidden : nn::Activation(nn::identity)};
  }

  nabla::nn::Mlp net_;
  nabla::optim::Sgd optimizer_;
  nabla::Tape tape_;
  nabla::Var loss_;
  nabla::Tensor inputs_, targets_;
  bool classes_ = false;
};

}  // namespace bench
