// How good a network is.
#pragma once

#include <nabla/data/dataset.hpp>

#include "model.hpp"

namespace nabla_train {

/// "test accuracy 89.2 % (8921 of 10000), loss 0.31"; or R² and the root mean squared error for numbers.
/// @param outputs  of the model, for these samples
/// @param set      what they are called, or empty
std::string summary(const Model& model, const Tensor& outputs, const nabla::data::Dataset& samples,
                    std::string_view set);

/// For classes, a line for each of them: how many there are, precision, recall, F1; then what was taken for what.
std::string class_table(const Model& model, const Tensor& outputs, const nabla::data::Dataset& samples);

}  // namespace nabla_train
