// The training steps by LibTorch, on the number of threads that is the program's argument.
#include <torch/torch.h>

#include <cstdlib>

#include "nets.hpp"
#include "peer.hpp"

namespace {

using namespace bench;

class TorchNet {
 public:
  explicit TorchNet(const Net& net) : net_(net) {
    const Problem problem(net);
    const auto m = static_cast<std::int64_t>(net.batch);
    inputs_ = tensor(problem.inputs, {m, -1});
    targets_ = net.cost == Cost::quadratic ? tensor(problem.targets, {m, -1})
                                           : torch::tensor(at::ArrayRef<std::int64_t>(problem.labels), torch::kLong);
    std::vector<torch::Tensor> parameters;
    for (std::size_t l = 1; l <= net.depth(); ++l) {
      const auto in = static_cast<std::int64_t>(net.sizes[l - 1]), out = static_cast<std::int64_t>(net.sizes[l]);
      torch::nn::Linear layer(in, out);
      torch::NoGradGuard no_grad;
      layer->weight.copy_(tensor(problem.weights[l - 1], {out, in}));
      layer->bias.copy_(tensor(problem.biases[l - 1], {out}));
      layers_.push_back(layer);
      parameters.push_back(layer->weight);
      parameters.push_back(layer->bias);
    }
    optimizer_ = std::make_unique<torch::optim::SGD>(parameters, torch::optim::SGDOptions(learning_rate));
  }

  void operator()() {
    optimizer_->zero_grad();
    torch::Tensor a = inputs_;
    for (std::size_t l = 0; l < layers_.size(); ++l) {
      a = layers_[l](a);
      if (l + 1 < layers_.size() || net_.cost == Cost::quadratic) a = activate(a);
    }
    torch::Tensor loss = net_.cost == Cost::quadratic
                             ? (a - targets_).square().sum() / (2 * static_cast<double>(net_.batch))
                             : torch::nn::functional::cross_entropy(a, targets_);
    loss.backward();
    optimizer_->step();
  }

 private:
  static torch::Tensor tensor(const std::vector<float>& values, at::IntArrayRef shape) {
    return torch::tensor(at::ArrayRef<float>(values)).reshape(shape);
  }
  torch::Tensor activate(const torch::Tensor& z) const {
    switch (net_.hidden) {
      case Neuron::sigmoid:
        return torch::sigmoid(z);
      case Neuron::relu:
        return torch::relu(z);
      case Neuron::tanh:
        break;
    }
    return torch::tanh(z);
  }

  Net net_;
  std::vector<torch::nn::Linear> layers_;
  std::unique_ptr<torch::optim::SGD> optimizer_;
  torch::Tensor inputs_, targets_;
};

}  // namespace

int main(int, char** argv) {
  const int threads = argv[1] ? std::atoi(argv[1]) : 1;
  torch::set_num_threads(threads);
  const Clock clock = threads == 1 ? Clock::thread : Clock::wall;
  std::map<std::string, std::function<Block()>> rows;
  for (const Net& net : nets())
    rows.emplace(net.name,
                 [net, clock] { return timed([step = std::make_shared<TorchNet>(net)] { (*step)(); }, clock); });
  rows.emplace("compute", [] {
    return timed([a = torch::full({8}, 1.5, torch::kDouble), b = torch::full({8}, 2.5, torch::kDouble)] {
      torch::NoGradGuard no_grad;
      keep(a + b);
    });
  });
  return serve(rows);
}
