// Samples from wherever the command line says.
#pragma once

#include <nabla/data.hpp>
#include <optional>
#include <string>
#include <utility>

#include "model.hpp"
#include "options.hpp"

namespace nabla_train {

struct Samples {
  Tensor inputs;                  ///< [n, inputs], f32; of a table, f64
  std::optional<Tensor> targets;  ///< class indices, i64 [n], or numbers, f64 [n, k]
  Names names;
  bool are_images = false;  ///< square ones, row by row

  std::int64_t size() const { return inputs.shape()[0]; }
  /// @throws DataError when there are no targets
  nabla::data::Dataset dataset() const;
};

/// What a source holds: samples to learn from and, in some sources, others for the test.
struct Source {
  Samples training;
  std::optional<Samples> test;
};

/// @throws UsageError for an option of tables where neither of the sources is a table
/// @param another  source that is read with the same options, or empty
void check_table_options(const DataOptions& options, const std::string& another = "");

/// A source to learn from: targets are what DataOptions and `task` say. @param task  auto, classes, numbers
/// @throws UsageError, nabla::Error
Source read_source(const DataOptions& options, std::string_view task);

/// Samples for a network that there is already: columns of a table are found by name where both have names, classes are
/// those of the network, and there may be no targets.
/// @param part  of a source with two: test, training; auto is the test set
/// @throws UsageError, nabla::Error; among them, when the network does not fit the samples
Samples read_samples(const DataOptions& options, std::string_view part, const Model& model, bool with_targets);

/// @name Both, of a table
/// @{
Samples read_training_table(const DataOptions& options, std::string_view task);
Samples read_known_table(const DataOptions& options, const Model& model, bool wanted_targets);
/// @}

}  // namespace nabla_train
