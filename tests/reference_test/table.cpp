#include "table.hpp"

#include <fmt/core.h>

#include <algorithm>
#include <stdexcept>

namespace reference {

bool Call::has(std::string_view name) const {
  return std::any_of(inputs.begin(), inputs.end(), [&](const Input& input) { return input.name == name; });
}

const Var& Call::operator[](std::string_view name) const {
  for (std::size_t i = 0; i < inputs.size(); ++i)
    if (inputs[i].name == name) return operands[i];
  throw std::runtime_error(fmt::format("there is no input '{}'", name));
}

namespace {

const Table& operations() {
  static const Table table = [] {
    Table all;
    for (const auto add :
         {add_elementwise, add_activations, add_shapes, add_reductions, add_products, add_losses, add_layers})
      add(all);
    return all;
  }();
  return table;
}

}  // namespace

const Entry* find_entry(std::string_view operation, const Attributes& attributes) {
  const bool graph = operation == "graph";
  const Table& table = graph ? graphs() : operations();
  const auto found = table.find(graph ? attributes.text("expr") : std::string(operation));
  return found == table.end() ? nullptr : &found->second;
}

std::string entry_name(std::string_view operation, const Attributes& attributes) {
  return operation == "graph" ? fmt::format("graph \"{}\"", attributes.text("expr")) : std::string(operation);
}

}  // namespace reference
