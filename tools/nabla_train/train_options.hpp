// The options of the commands, as --help lists them.
#pragma once

#include <CLI/CLI.hpp>

#include "options.hpp"

namespace nabla_train {

/// @name Options of several commands
/// @{
void add_source(CLI::App* command, DataOptions& data);
void add_columns(CLI::App* command, DataOptions& data);
void add_top_k(CLI::App* command, std::optional<std::int64_t>& k);
void add_threads(CLI::App* command, int& threads);
/// @}

void add_train_options(CLI::App* command, TrainOptions& options);

}  // namespace nabla_train
