// The page about a training.
#pragma once

#include <nabla/train/history.hpp>

#include "plan.hpp"

namespace nabla_train {

/// Writes the file of --report: the curves, what the network is, what it takes for what, and the state of its layers.
/// @param optimizer  as the training left it, with the learning rate at which a step is to be looked at
void write_report(const TrainOptions& options, const Model& model, const Sets& sets,
                  const nabla::train::History& history, const Optimizer& optimizer);

}  // namespace nabla_train
