// How good a network is.
#pragma once

#include <nabla/data/dataset.hpp>

#include "model.hpp"

namespace nabla_train {

/// A figure of a validation set, after an epoch.
struct Figure {
  Targets targets;
  bool larger_is_better;
  /// None for the loss, which is there anyway.
  std::function<double(const Tensor& outputs, const Tensor& targets, std::int64_t top_k)> metric;
};
std::span<const Choice<Figure>> figures();

/// What a metric of that name, as the history has it, says: "accuracy 97.0 %".
std::string figure_text(const std::string& metric, double value);

/// @param classes  their number, 0 where the targets are numbers
/// @throws UsageError unless the right class can be one of the k likeliest
void check_top_k(std::optional<std::int64_t> k, std::size_t classes);

/// "test accuracy 89.2 % (8921 of 10000), loss 0.31"; or R² and the root mean squared error for numbers.
/// @param outputs  of the model, for these samples
/// @param set      what they are called, or empty
/// @param top_k    for classes, also how often the right one is among the k likeliest
std::string summary(const Model& model, const Tensor& outputs, const nabla::data::Dataset& samples,
                    std::string_view set, std::optional<std::int64_t> top_k);

/// For classes, a line for each of them: how many there are, precision, recall, F1; then what was taken for what.
std::string class_table(const Model& model, const Tensor& outputs, const nabla::data::Dataset& samples);

}  // namespace nabla_train
