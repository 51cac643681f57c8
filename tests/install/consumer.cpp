// Uses of the library that reach all it is linked with: products (CBLAS), threads (OpenMP), packed data (zlib), files
// (JSON), and operations that are compiled here.
#include <fmt/core.h>

#include <cstdlib>
#include <nabla/check_op.hpp>
#include <nabla/compare.hpp>
#include <nabla/custom_vjp.hpp>
#include <nabla/elementwise.hpp>
#include <nabla/graph_view.hpp>
#include <nabla/io.hpp>
#include <nabla/nabla.hpp>
#include <nabla/op.hpp>
#include <nabla/paths.hpp>
#include <nabla/registry.hpp>

using namespace nabla;

inline constexpr auto swish = elementwise("swish", [](auto x) { return x / (1 + exp(-x)); });

void require(bool holds, const char* what) {
  if (holds) return;
  fmt::print(stderr, "does not hold: {}\n", what);
  std::exit(1);
}

int main(int, char** argv) {
  set_threads(2);
  const auto [training, test] = data::digits().split(0.8, 1);
  nn::Mlp net({64, 30, 10}, {.hidden = swish, .seed = 2});
  optim::Adam adam{.learning_rate = 5e-3};
  Rng rng(3);
  Tape tape;
  for (int epoch = 0; epoch < 5; ++epoch)
    for (const data::Batch& batch : data::batches(training, 32, rng)) {
      tape.clear();
      adam.step(net, softmax_cross_entropy(net(tape.constant(batch.inputs)), tape.constant(batch.targets)));
    }
  const double accuracy = train::accuracy(net, test);
  fmt::print("{:.1f} %\n", 100 * accuracy);
  require(accuracy > 0.9, "accuracy > 0.9");

  const std::string file = std::string(argv[0]) + ".safetensors";
  io::save(file, net);
  nn::Mlp again({64, 30, 10}, {.hidden = swish, .seed = 4});
  io::load(file, again);
  require(train::accuracy(again, test) == accuracy, "the net that was saved is the net that was loaded");
  require(!registry().empty(), "there are operations");
  const Tensor bias = net.parameters().back()->value;
  fmt::print("{} {}: {:.3}\n", bias.dtype(), bias.shape(), bias);
}
