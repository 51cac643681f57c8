#include <nabla/error.hpp>
#include <nabla/nn/activation.hpp>

#include "checked.hpp"

namespace nabla::nn {
namespace {

struct ByNeuron {
  std::vector<Neurons> neurons;
  std::string name;

  template <Value V>
  V operator()(const V& z) const {
    std::int64_t count = 0;
    for (const Neurons& n : neurons) count += n.count;
    if (z.rank() == 0 || z.shape()[z.rank() - 1] != count)
      throw ShapeError("by_neuron",
                       fmt::format("z has shape {}, and there are activations for {} neurons; its last axis "
                                   "must have as many",
                                   z.shape(), count));
    std::vector<V> parts;
    std::int64_t first = 0;
    for (const Neurons& n : neurons) {
      parts.push_back(n.activation(slice(z, -1, first, first + n.count)));
      first += n.count;
    }
    return concat(std::span<const V>(parts), -1);
  }
};

}  // namespace

Activation by_neuron(std::vector<Neurons> neurons) {
  if (neurons.empty()) throw ValueError("by_neuron", "No neurons; name at least one, as in {{1, nn::sigmoid}}");
  std::string name;
  for (const Neurons& n : neurons)
    name += fmt::format("{}{} {}", name.empty() ? "" : ", ", at_least_one("by_neuron", "count", n.count),
                        n.activation.name());
  return Activation(ByNeuron{std::move(neurons), std::move(name)});
}

}  // namespace nabla::nn
