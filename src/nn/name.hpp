// Names such as net.2.weight.
#pragma once

#include <string>
#include <string_view>

namespace nabla::nn {

/// The first of several parts replaced: linear.weight at net.2 is net.2.weight, and so is weight.
inline std::string placed_name(std::string_view name, std::string_view place) {
  const std::size_t dot = name.find('.');
  return std::string(place) + '.' + std::string(name.substr(dot == std::string_view::npos ? 0 : dot + 1));
}

/// What a layer's parameters share: net.2 of net.2.weight.
inline std::string layer_of(std::string_view name) { return std::string(name.substr(0, name.rfind('.'))); }

}  // namespace nabla::nn
