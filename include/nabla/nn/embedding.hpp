// A table of vectors.
#pragma once

#include <nabla/nn/initializer.hpp>
#include <nabla/nn/module.hpp>
#include <optional>

namespace nabla::nn {

struct EmbeddingOptions {
  Initializer weight = normal(1);
  std::optional<std::int64_t> padding_index = {};  ///< a row that stays as it was drawn; from the end if negative
  DType dtype = f32;
};

/// Indices (i64, any shape) to rows of the weight [entries, width]: one axis more, of extent width.
class Embedding {
 public:
  /// @throws ValueError unless entries and width are 1 or more; DTypeError unless the dtype is floating
  Embedding(std::int64_t entries, std::int64_t width, Rng& rng, const EmbeddingOptions& options = {});

  Parameter weight;
  std::optional<std::int64_t> padding_index;

  template <Value V>
  V operator()(const V& index) const;

  std::string description() const;
  Parameters parameters() { return {&weight}; }
  ConstParameters parameters() const { return {&weight}; }
};

}  // namespace nabla::nn
