// The training steps by dlib.
#include <dlib/dnn.h>

#include <memory>

#include "nets.hpp"
#include "peer.hpp"

namespace {

using namespace bench;
using Row = dlib::matrix<float>;
using Inputs = dlib::input<Row>;

using A = dlib::loss_mean_squared_multioutput<dlib::sig<dlib::fc<10, dlib::sig<dlib::fc<30, Inputs>>>>>;
using B = dlib::loss_multiclass_log<dlib::fc<10, dlib::relu<dlib::fc<64, dlib::relu<dlib::fc<128, Inputs>>>>>>;
using C = dlib::loss_multiclass_log<dlib::fc<10, dlib::relu<dlib::fc<512, dlib::relu<dlib::fc<512, Inputs>>>>>>;
template <class Below>
using Wide = dlib::relu<dlib::fc<1024, Below>>;
using D = dlib::loss_multiclass_log<dlib::fc<10, Wide<Wide<Wide<Wide<Inputs>>>>>>;
using E = dlib::loss_mean_squared_multioutput<dlib::htan<dlib::fc<1, dlib::htan<dlib::fc<8, Inputs>>>>>;

/// Targets as the loss layer takes them.
void targets(const Problem& problem, std::vector<unsigned long>& to) {
  to.assign(problem.labels.begin(), problem.labels.end());
}
void targets(const Problem& problem, std::vector<Row>& to) {
  const std::size_t n = problem.net.sizes.back();
  for (std::size_t s = 0; s < problem.net.batch; ++s)
    to.push_back(dlib::mat(&problem.targets[s * n], static_cast<long>(n), 1));
}

template <class Network>
Block train(const Net& net) {
  struct State {
    Network network;
    dlib::resizable_tensor inputs;
    std::vector<typename Network::training_label_type> targets;
    std::vector<dlib::sgd> solvers;
  };
  const Problem problem(net);
  const auto state = std::make_shared<State>();
  state->solvers.assign(Network::num_computational_layers, dlib::sgd(0, 0));
  targets(problem, state->targets);
  std::vector<Row> rows;
  const std::size_t n = net.sizes.front();
  for (std::size_t s = 0; s < net.batch; ++s)
    rows.push_back(dlib::mat(&problem.inputs[s * n], static_cast<long>(n), 1));
  state->network.to_tensor(rows.begin(), rows.end(), state->inputs);
  return timed([state] {
    state->network.compute_parameter_gradients(state->inputs, state->targets.begin());
    state->network.update_parameters(state->solvers, learning_rate);
  });
}

}  // namespace

int main() {
  const std::span<const Net> all = nets();
  return serve({{"A", [=] { return train<A>(all[0]); }},
                {"B", [=] { return train<B>(all[1]); }},
                {"C", [=] { return train<C>(all[2]); }},
                {"D", [=] { return train<D>(all[3]); }},
                {"E", [=] { return train<E>(all[4]); }},
                {"F", [=] { return train<E>(all[5]); }}});
}
