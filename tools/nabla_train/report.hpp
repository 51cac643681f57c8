// What there is to say about a training when it is over.
#pragma once

#include <nabla/train/health.hpp>
#include <nabla/train/history.hpp>

#include "plan.hpp"

namespace nabla_train {

/// The state of the layers, by some samples of the training set and one more step.
/// @param optimizer  as the training left it, with the learning rate at which a step is to be looked at
nabla::train::Health examine(const TrainOptions& options, const Model& model, const Sets& sets,
                             const Optimizer& optimizer);

/// As a table, with its warnings, in 80 columns.
std::string health_text(const nabla::train::Health& health);

/// Writes the file of --report: the curves, what the network is, what it takes for what, and the state of its layers.
void write_report(const TrainOptions& options, const Model& model, const Sets& sets,
                  const nabla::train::History& history, const Optimizer& optimizer, const nabla::train::Health& health);

}  // namespace nabla_train
