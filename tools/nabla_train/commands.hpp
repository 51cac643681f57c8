// What the commands do. Each prints its results to standard output.
#pragma once

#include "options.hpp"

namespace nabla_train {

/// @returns the exit status
/// @throws UsageError, nabla::Error
int run(const TrainOptions& options);
int run(const EvaluateOptions& options);
int run(const PredictOptions& options);
int run(const DescribeOptions& options);
int run(const NamesOptions& options);

}  // namespace nabla_train
