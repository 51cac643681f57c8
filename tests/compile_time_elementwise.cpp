// A training loop with an activation of its own: what compile_time.sh compiles to see what a lambda costs.
#include <fmt/core.h>

#include <nabla/elementwise.hpp>
#include <nabla/nabla.hpp>

using namespace nabla;

inline constexpr auto swish = elementwise("swish", [](auto x) { return x / (1 + exp(-x)); });

int main() {
  auto [training, test] = data::digits().split(0.8, 1);
  nn::Mlp net({64, 30, 10}, {.hidden = swish, .output = nn::identity, .seed = 4});
  optim::Sgd sgd{.learning_rate = 0.5};
  Rng rng(5);
  Tape tape;
  for (const data::Batch& batch : data::batches(training, 32, rng)) {
    tape.clear();
    sgd.step(net, softmax_cross_entropy(net(tape.constant(batch.inputs)), tape.constant(batch.targets)));
  }
  fmt::print("{:.1f} %\n", 100 * train::accuracy(net, test));
}
