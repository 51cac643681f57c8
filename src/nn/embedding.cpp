#include <nabla/nn/embedding.hpp>
#include <nabla/ops/embedding.hpp>

#include "checked.hpp"

namespace nabla::nn {

Embedding::Embedding(std::int64_t entries, std::int64_t width, Rng& rng, const EmbeddingOptions& options)
    : weight("embedding.weight",
             options.weight({at_least_one("embedding", "entries", entries), at_least_one("embedding", "width", width)},
                            rng, checked_dtype("embedding", options.dtype))),
      padding_index(options.padding_index) {}

template <Value V>
V Embedding::operator()(const V& index) const {
  return embedding(index, operand(weight, index), padding_index);
}
template Tensor Embedding::operator()(const Tensor&) const;
template Var Embedding::operator()(const Var&) const;

std::string Embedding::description() const {
  return fmt::format("Embedding {} × {}", weight.shape()[0], weight.shape()[1]);
}

}  // namespace nabla::nn
