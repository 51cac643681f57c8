#include <nabla/nn/module.hpp>

#include "name.hpp"

namespace nabla::nn {

void name_by_place(std::span<Parameter* const> parameters, std::string_view place) {
  for (Parameter* p : parameters) {
    const Parameter renamed(placed_name(p->name(), place), p->value);
    *p = renamed;  // keeps its id
  }
}

}  // namespace nabla::nn
