// The command line: what it may say, and its help.
#pragma once

#include <optional>

#include "options.hpp"

namespace nabla_train {

/// What is to be done; nothing when help was asked for, which has been printed.
/// @throws UsageError
std::optional<Command> parse_command_line(int argc, char** argv);

}  // namespace nabla_train
