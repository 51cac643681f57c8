// The main job's first half: backpropagation set beside its closed form. examples/run.sh goes on with a training.
#include <fmt/core.h>

#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <nabla/compare.hpp>
#include <nabla/nabla.hpp>

using namespace nabla;

/// The gradients of a network of sigmoid neurons: by one reverse sweep over the tape, and by the four equations. Prints
/// a table for each cost and returns the largest difference.
double compare_gradients(std::uint64_t seed) {
  const Tensor images = slice(data::digits().inputs, 0, 0, 32).to(f64);
  const Tensor labels = slice(data::digits().targets, 0, 0, 32);
  const Tensor one_hot = equal(reshape(labels, {32, 1}), arange(0, 10, 1, i64)).to(f64);  // [32, 10]
  const nn::Mlp net({64, 30, 10}, {.hidden = nn::sigmoid, .output = nn::sigmoid, .seed = seed, .dtype = f64});

  double largest = 0;
  for (Cost cost : {Cost::quadratic, Cost::bernoulli_cross_entropy}) {
    const BackpropReport report = compare_backprop(net, images, one_hot, cost);
    fmt::print("{}\n\n", report);
    largest = std::max(largest, report.largest_difference());
  }
  return largest;
}

int main(int argc, char** argv) {
  const double difference = compare_gradients(argc > 1 ? std::strtoull(argv[1], nullptr, 10) : 0);
  fmt::print("largest difference {:.1e}; 1e-13 is allowed\n\n", difference);
  if (difference <= 1e-13) return 0;
  fmt::print(stderr, "missed: a gradient differs by too much\n");
  return 1;
}
