// Activations, element by element.
#include <limits>

#include "table.hpp"

namespace reference {

using namespace nabla;

void add_activations(Table& table) {
  table["gelu"] = [](const Call& c) { return gelu(c[0]); };
  table["gelu_tanh"] = [](const Call& c) { return gelu_tanh(c[0]); };
  table["hardsigmoid"] = [](const Call& c) { return hardsigmoid(c[0]); };
  table["hardswish"] = [](const Call& c) { return hardswish(c[0]); };
  table["logsigmoid"] = [](const Call& c) { return logsigmoid(c[0]); };
  table["mish"] = [](const Call& c) { return mish(c[0]); };
  table["relu"] = [](const Call& c) { return relu(c[0]); };
  table["relu6"] = [](const Call& c) { return relu6(c[0]); };
  table["selu"] = [](const Call& c) { return selu(c[0]); };
  table["sigmoid"] = [](const Call& c) { return sigmoid(c[0]); };
  table["silu"] = [](const Call& c) { return silu(c[0]); };
  table["softsign"] = [](const Call& c) { return softsign(c[0]); };
  table["tanhshrink"] = [](const Call& c) { return tanhshrink(c[0]); };
  table["hardsigmoid"].gradient_in_single = true;  // 1/6
  table["celu"] = [](const Call& c) { return celu(c[0], c.attributes.number("alpha", 1)); };
  table["elu"] = [](const Call& c) { return elu(c[0], c.attributes.number("alpha", 1)); };
  table["clamp"] = [](const Call& c) {
    constexpr double inf = std::numeric_limits<double>::infinity();
    return clamp(c[0], c.attributes.number("min", -inf), c.attributes.number("max", inf));
  };
  table["hardshrink"] = [](const Call& c) { return hardshrink(c[0], c.attributes.number("lambd", 0.5)); };
  table["softshrink"] = [](const Call& c) { return softshrink(c[0], c.attributes.number("lambd", 0.5)); };
  table["hardtanh"] = [](const Call& c) {
    return hardtanh(c[0], c.attributes.number("min_val", -1), c.attributes.number("max_val", 1));
  };
  table["leaky_relu"] = [](const Call& c) { return leaky_relu(c[0], c.attributes.number("negative_slope", 0.01)); };
  table["softplus"] = [](const Call& c) { return softplus(c[0], c.attributes.number("beta", 1)); };
}

}  // namespace reference
