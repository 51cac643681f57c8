// The page about a training.
#pragma once

#include <nabla/train/history.hpp>

#include "plan.hpp"

namespace nabla_train {

/// Writes the file of --report: the curves, what the network is, what it takes for what, and the state of its layers.
void write_report(const TrainOptions& options, const Model& model, const Sets& sets,
                  const nabla::train::History& history);

}  // namespace nabla_train
