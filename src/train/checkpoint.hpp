// What a training is between two steps, and the file that keeps it.
#pragma once

#include <cstdint>
#include <limits>
#include <nabla/data/dataset.hpp>
#include <nabla/memory.hpp>
#include <nabla/optim/schedule.hpp>
#include <nabla/train/fit.hpp>
#include <nabla/train/history.hpp>
#include <optional>
#include <string>
#include <vector>

namespace nabla::train {

/// All but the net and the optimiser.
struct State {
  std::int64_t epoch = 1;  // under way, 1, 2, …
  std::int64_t batch = 0;  // so many of it have been made
  std::int64_t steps = 0;  // in all
  // Of the epoch so far, and until the next one begins.
  double sum_of_losses = 0;  // each times its samples
  double seconds = 0;
  double largest_derivative = 0;
  double largest_delta = 0;

  // Positions of random numbers: of the order, where the epoch began; of those that the net draws.
  std::uint64_t order = 0, net_draws = 0;
  double learning_rate = std::numeric_limits<double>::quiet_NaN();
  std::optional<optim::Plateau> plateau = {};

  double best = std::numeric_limits<double>::quiet_NaN();  // of what early stopping watches
  std::int64_t epochs_since_best = 0;
  std::vector<Tensor> best_values = {};  // of parameters and buffers; empty before there are any

  History history = {};
};

/// What a training must have in common with a checkpoint to go on from it.
struct Identity {
  std::uint64_t seed;
  std::int64_t samples, batch_size;
  std::string optimizer;
  std::uint64_t dataset;      // of hash()
  std::string watched;        // by early stopping or a plateau; empty where there is neither
  std::string configuration;  // of FitOptions
};

/// Of the bytes, shapes and types of inputs and targets.
std::uint64_t hash(const data::Dataset& dataset);

/// Parameters, then buffers: all that a net is.
Parameters values_of(detail::Task& task);

/// @throws IoError; ValueError when two parameters have one name
void save_checkpoint(const std::string& path, const State& state, const Identity& identity, detail::Task& task);

/// Makes net and optimiser what they were, and returns the rest. @param batches  of an epoch
/// @throws IoError for a file that cannot be read, is no checkpoint of this kind, or is one of another net; ValueError
///         for one of another training; ValueError, ShapeError, DTypeError for an optimiser's state that does not fit.
///         Nothing is changed then.
State load_checkpoint(const std::string& path, const Identity& identity, std::int64_t batches,
                      const std::optional<optim::Plateau>& plateau, detail::Task& task);

}  // namespace nabla::train
