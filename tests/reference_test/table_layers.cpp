// Layers: convolutions, pools, normalisations, attention.
#include "table.hpp"

namespace reference {

using namespace nabla;

void add_layers(Table&) {}

}  // namespace reference
