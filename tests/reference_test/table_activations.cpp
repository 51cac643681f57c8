// Activations, element by element.
#include <limits>

#include "table.hpp"

namespace reference {

using namespace nabla;

void add_activations(Table& table) {
  table["gelu"] = [](const Call& c) { return gelu(c[0]); };
  table["relu"] = [](const Call& c) { return relu(c[0]); };
  table["sigmoid"] = [](const Call& c) { return sigmoid(c[0]); };
}

}  // namespace reference
