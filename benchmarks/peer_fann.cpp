// The training steps of the nets with the quadratic cost by FANN, which knows no other.
#include <floatfann.h>

#include <memory>

#include "nets.hpp"
#include "peer.hpp"

namespace {

using namespace bench;

Block train(const Net& net) {
  const Problem problem(net);
  std::vector<unsigned> sizes(net.sizes.begin(), net.sizes.end());
  const std::shared_ptr<fann> network(fann_create_standard_array(static_cast<unsigned>(sizes.size()), sizes.data()),
                                      fann_destroy);
  const auto neuron = net.hidden == Neuron::sigmoid ? FANN_SIGMOID : FANN_SIGMOID_SYMMETRIC;
  fann_set_activation_function_hidden(network.get(), neuron);
  fann_set_activation_function_output(network.get(), neuron);
  fann_set_activation_steepness_hidden(network.get(), 1);
  fann_set_activation_steepness_output(network.get(), 1);
  fann_set_train_error_function(network.get(), FANN_ERRORFUNC_LINEAR);
  fann_set_training_algorithm(network.get(), net.batch == 1 ? FANN_TRAIN_INCREMENTAL : FANN_TRAIN_BATCH);
  fann_set_learning_rate(network.get(), learning_rate);

  const std::shared_ptr<fann_train_data> data(
      fann_create_train(static_cast<unsigned>(net.batch), sizes.front(), sizes.back()), fann_destroy_train);
  for (std::size_t s = 0; s < net.batch; ++s) {
    std::copy_n(&problem.inputs[s * sizes.front()], sizes.front(), data->input[s]);
    std::copy_n(&problem.targets[s * sizes.back()], sizes.back(), data->output[s]);
  }
  return timed([network, data] { fann_train_epoch(network.get(), data.get()); });
}

}  // namespace

int main() {
  std::map<std::string, std::function<Block()>> rows;
  for (const Net& net : nets())
    if (net.cost == Cost::quadratic) rows.emplace(net.name, [net] { return train(net); });
  return serve(rows);
}
