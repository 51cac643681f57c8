// Bounds for gradients.
#include <nabla/nabla.hpp>

#include "run_item.hpp"

namespace reference {

using namespace nabla;

void run_clipping(const Item& item, Comparison& comparison) {
  Tape tape;
  std::vector<Var> variables;
  Var sum_of_products = tape.constant(0.0);
  for (int i = 0; item.has(fmt::format("grad{}", i)); ++i) {
    const Tensor& g = item[fmt::format("grad{}", i)];
    variables.push_back(tape.variable(zeros(g.shape(), g.dtype())));
    sum_of_products = sum_of_products + sum(variables.back() * g);
  }
  Gradients gradients = gradient(sum_of_products, variables);
  const std::string kind = item.attributes.text("kind");
  if (kind == "norm") {
    const double norm = optim::clip_norm(gradients, item.attributes.number("max_norm"), item.attributes.number("p", 2));
    if (item.has("total_norm")) comparison.values("the norm", Tensor::scalar(norm), item["total_norm"]);
  } else if (kind == "value") {
    optim::clip_value(gradients, item.attributes.number("clip_value"));
  } else {
    throw Unknown(fmt::format("the kind '{}' is unknown", kind));
  }
  for (std::size_t i = 0; i < variables.size(); ++i)
    comparison.values(fmt::format("gradient {}", i), gradients.at(i), item[fmt::format("clipped{}", i)]);
}

}  // namespace reference
