// A network as a table.
#pragma once

#include <concepts>
#include <nabla/parameter.hpp>
#include <string>
#include <vector>

namespace nabla::nn {

/// One row of it.
struct LayerDescription {
  std::string name;  ///< "net.2"
  std::string what;  ///< "Linear 64 → 30, relu"
  ConstParameters parameters;
};

/// The rows of a net that stands at a place of another: net.0 becomes net.2.0.
std::vector<LayerDescription> named_by_place(std::vector<LayerDescription> layers, const std::string& place);

/// What each layer is, the shapes of its parameters, and how many numbers they are, with the total.
std::string describe(const std::vector<LayerDescription>& layers);
/// Of any parameters, by the layers that their names tell.
std::string describe(const ConstParameters& parameters);
/// A net that says itself what its layers are, if it does.
template <class Net>
concept DescribesLayers = requires(const Net& net) {
  { net.description() } -> std::same_as<std::vector<LayerDescription>>;
};
template <class Net>
requires requires(const Net& net) { net.parameters(); }
std::string describe(const Net& net) {
  if constexpr (DescribesLayers<Net>)
    return describe(net.description());
  else
    return describe(net.parameters());
}

}  // namespace nabla::nn
