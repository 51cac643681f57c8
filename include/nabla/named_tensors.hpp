// Tensors by name: what is saved of a net, and of an optimiser.
#pragma once

#include <map>
#include <nabla/tensor.hpp>
#include <string>

namespace nabla {

using NamedTensors = std::map<std::string, Tensor>;

}  // namespace nabla
