#include <nabla/nn/describe.hpp>

#include "name.hpp"
#include "table.hpp"

namespace nabla::nn {

std::vector<LayerDescription> named_by_place(std::vector<LayerDescription> layers, const std::string& place) {
  for (LayerDescription& layer : layers) layer.name = placed_name(layer.name, place);
  return layers;
}

std::string describe(const std::vector<LayerDescription>& layers) {
  std::vector<std::vector<std::string>> rows;
  std::int64_t total = 0;
  for (const LayerDescription& layer : layers) {
    std::string shapes;
    std::int64_t numbers = 0;
    for (const Parameter* p : layer.parameters) {
      const std::string name = p->name().substr(p->name().rfind('.') + 1);
      shapes += fmt::format("{}{} {}", shapes.empty() ? "" : ", ", name, p->shape());
      numbers += p->shape().elements();
    }
    rows.push_back({layer.name, layer.what, shapes, fmt::format("{}", numbers)});
    total += numbers;
  }
  rows.push_back({"total", "", "", fmt::format("{}", total)});
  return table({"<name", "<layer", "<parameters", "numbers"}, rows);
}

std::string describe(const ConstParameters& parameters) {
  std::vector<LayerDescription> layers;
  for (const Parameter* p : parameters) {
    const std::string name = layer_of(p->name());
    if (layers.empty() || layers.back().name != name) layers.push_back({name, "", {}});
    layers.back().parameters.push_back(p);
  }
  return describe(layers);
}

}  // namespace nabla::nn
