// Products of vectors and matrices.
#include "table.hpp"

namespace reference {

using namespace nabla;

void add_products(Table& table) {
  table["matmul"] = [](const Call& c) { return matmul(c[0], c[1]); };
  table["outer"] = [](const Call& c) { return outer(c[0], c[1]); };
  table["einsum"] = [](const Call& c) { return einsum(c.attributes.text("equation"), c.operands); };
  table["addmm"] = [](const Call& c) {
    return addmm(c[0], c[1], c[2], c.attributes.number("beta", 1), c.attributes.number("alpha", 1));
  };
  table["linear"] = [](const Call& c) {
    return c.has("bias") ? linear(c[0], c[1], c["bias"]) : matmul(c[0], transpose(c[1]));
  };
  table["cosine_similarity"] = [](const Call& c) {
    return cosine_similarity(c[0], c[1], c.attributes.integer("dim", 1), c.attributes.number("eps", 1e-8));
  };
}

}  // namespace reference
