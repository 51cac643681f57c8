// What a training was told, by the names of the options.
#pragma once

#include <string>
#include <utility>
#include <vector>

#include "options.hpp"

namespace nabla_train {

/// Names without their hyphens, and values as the command line would give them.
using Settings = std::vector<std::pair<std::string, std::string>>;

/// All that settles the result of a training but the files that samples come from, the number of epochs and that of
/// threads. Options without a value are left out.
Settings settings(TrainOptions options);

}  // namespace nabla_train
