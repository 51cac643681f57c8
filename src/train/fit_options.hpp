// What fit finds out about its options.
#pragma once

#include <nabla/train/fit.hpp>
#include <string>

namespace nabla::train::detail {

/// @throws ValueError for options out of range, and those that do not go with the data or the optimiser
void check(const FitOptions& options, const data::Dataset& dataset, Task& task);

/// What early stopping and a plateau remember a value of; empty where there is neither.
std::string watched(const FitOptions& options);

}  // namespace nabla::train::detail
