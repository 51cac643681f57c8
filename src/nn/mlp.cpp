#include <nabla/error.hpp>
#include <nabla/nn/mlp.hpp>

namespace nabla::nn {

Mlp::Mlp(std::initializer_list<std::int64_t> sizes, const MlpOptions& options)
    : Mlp(std::span(sizes.begin(), sizes.size()), options) {}

Mlp::Mlp(std::span<const std::int64_t> sizes, const MlpOptions& options) : dropout_(options.dropout) {
  if (sizes.size() < 2)
    throw ValueError("mlp",
                     fmt::format("{} sizes; name at least the inputs and one layer, as in {{784, 10}}", sizes.size()));
  Rng rng(options.seed);
  const LinearOptions linear{.weight = options.weight, .bias = options.bias, .dtype = options.dtype};
  for (std::size_t l = 1; l < sizes.size(); ++l)
    layers_.push_back({Linear(sizes[l - 1], sizes[l], rng, linear, fmt::format("net.{}", l - 1)),
                       l + 1 < sizes.size() ? options.hidden : options.output});
}

std::vector<LayerDescription> Mlp::description() const {
  std::vector<LayerDescription> rows;
  for (const Layer& layer : layers_) {
    const std::string name = fmt::format("net.{}", rows.size());
    rows.push_back({name, layer.linear.description() + ", " + layer.activation.name(), layer.linear.parameters()});
  }
  return rows;
}

Parameters Mlp::parameters() {
  Parameters all;
  all.reserve(2 * layers_.size());
  for (Layer& layer : layers_)
    for (Parameter* p : {&layer.linear.weight, &layer.linear.bias}) all.push_back(p);
  return all;
}

ConstParameters Mlp::parameters() const {
  ConstParameters all;
  all.reserve(2 * layers_.size());
  for (const Layer& layer : layers_)
    for (const Parameter* p : {&layer.linear.weight, &layer.linear.bias}) all.push_back(p);
  return all;
}

}  // namespace nabla::nn
