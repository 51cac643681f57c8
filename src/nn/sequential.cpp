#include <algorithm>
#include <nabla/error.hpp>
#include <nabla/nn/sequential.hpp>
#include <set>

namespace nabla::nn {
namespace {

/// The members of all layers, in order.
template <class List, class Layers, class Members>
List gathered(Layers& layers, Members members) {
  List all;
  for (auto& layer : layers)
    for (auto* p : members(layer)) all.push_back(p);
  return all;
}

}  // namespace

Sequential::Sequential(std::vector<Layer> layers) : layers_(std::move(layers)) {
  std::set<std::string> names;
  for (std::size_t i = 0; i < layers_.size(); ++i) {
    const std::string place = fmt::format("net.{}", i);
    for (const Parameters& held : {layers_[i].parameters(), layers_[i].buffers()}) {
      name_by_place(held, place);
      for (const Parameter* p : held)
        if (!names.insert(p->name()).second)
          throw ValueError("sequential",
                           fmt::format("Two parameters are named {}; name those of a layer differently", p->name()));
    }
  }
}

Parameters Sequential::parameters() {
  return gathered<Parameters>(layers_, [](Layer& layer) { return layer.parameters(); });
}
ConstParameters Sequential::parameters() const {
  return gathered<ConstParameters>(layers_, [](const Layer& layer) { return layer.parameters(); });
}
Parameters Sequential::buffers() {
  return gathered<Parameters>(layers_, [](Layer& layer) { return layer.buffers(); });
}
ConstParameters Sequential::buffers() const {
  return gathered<ConstParameters>(layers_, [](const Layer& layer) { return layer.buffers(); });
}

std::vector<LayerDescription> Sequential::description() const {
  std::vector<LayerDescription> rows;
  for (std::size_t i = 0; i < layers_.size(); ++i)
    for (LayerDescription& row : layers_[i].description(fmt::format("net.{}", i))) rows.push_back(std::move(row));
  return rows;
}

}  // namespace nabla::nn
