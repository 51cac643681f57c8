#include "fit_options.hpp"

#include <fmt/core.h>

#include <algorithm>
#include <iterator>
#include <nabla/error.hpp>
#include <optional>
#include <string_view>

namespace nabla::train::detail {
namespace {

/// Whether larger is better, for metrics whose names leave no doubt.
std::optional<bool> direction(std::string_view metric) {
  constexpr std::string_view larger[] = {"accuracy", "top_k_accuracy",  "r_squared",    "precision", "recall",
                                         "f1",       "macro_precision", "macro_recall", "macro_f1"};
  if (std::ranges::find(larger, metric) != std::end(larger)) return true;
  if (metric == "rmse") return false;
  return {};
}

/// That nothing keeps the worst for the best.
void check_direction(const FitOptions& o) {
  const auto require = [&](const char* whose, bool larger_is_better) {
    if (direction(o.watch).value_or(larger_is_better) != larger_is_better)
      throw ValueError("fit", fmt::format("watch is '{0}', which is better the {1} it is, but {2}.larger_is_better is "
                                          "{3}; set it to {4}, or give the metric another name",
                                          o.watch, larger_is_better ? "smaller" : "larger", whose, larger_is_better,
                                          !larger_is_better));
  };
  if (o.early_stopping.patience > 0) require("early_stopping", o.early_stopping.larger_is_better);
  if (o.plateau) require("plateau", o.plateau->larger_is_better);
}

}  // namespace

std::string watched(const FitOptions& o) {
  if (o.early_stopping.patience == 0 && !o.plateau) return {};
  if (!o.watch.empty()) return fmt::format("'{}'", o.watch);
  return o.validation ? "the validation loss" : "the loss";
}

void check(const FitOptions& o, const data::Dataset& dataset, Task& task) {
  const auto require = [](bool met, const std::string& complaint) {
    if (!met) throw ValueError("fit", complaint);
  };
  require(dataset.size() > 0, "The data set is empty; there must be a sample to learn from");
  require(o.epochs >= 1, fmt::format("epochs is {}; make 1 or more", o.epochs));
  require(o.batch_size >= 1, fmt::format("batch_size is {}; take 1 or more samples at a time", o.batch_size));
  require(!o.validation || o.validation->size() > 0, "The validation set is empty; leave it out, or give it a sample");
  require(!(o.schedule && o.plateau), "Both schedule and plateau set the learning rate; choose one of them");
  require(task.learning_rate() || !(o.schedule || o.plateau),
          "The optimiser has no `double learning_rate` that schedule or plateau could set; leave them out");
  require(o.clip_norm > 0, fmt::format("clip_norm is {}; it must be above 0", o.clip_norm));
  require(o.validation || o.metrics.empty(), "Metrics are of the validation set, and there is none; set `validation`");
  require(
      o.watch.empty() || o.metrics.contains(o.watch),
      fmt::format("watch is '{}', which is no metric; name one of `metrics`, or leave it empty for the loss", o.watch));
  require(o.watch.empty() || o.early_stopping.patience > 0 || o.plateau,
          fmt::format("watch is '{}', and nothing watches it; set early_stopping.patience or plateau too, or leave it "
                      "empty",
                      o.watch));
  require(o.derivative_threshold >= 0 && o.delta_threshold >= 0,
          fmt::format("derivative_threshold {}, delta_threshold {}; both must be 0 or more", o.derivative_threshold,
                      o.delta_threshold));
  require(o.early_stopping.patience >= 0 && o.early_stopping.least_improvement >= 0,
          fmt::format("early_stopping: patience {}, least_improvement {}; both must be 0 or more",
                      o.early_stopping.patience, o.early_stopping.least_improvement));
  require(o.checkpoint_every_epochs >= 0 && o.checkpoint_every_steps >= 0,
          fmt::format("checkpoint_every_epochs {}, checkpoint_every_steps {}; both must be 0 or more",
                      o.checkpoint_every_epochs, o.checkpoint_every_steps));
  require(task.optimizer_type() || (o.checkpoint.empty() && o.resume.empty()),
          "The optimiser cannot be saved in a checkpoint; give it state() and restore(), as those of the library");
  check_direction(o);
}

}  // namespace nabla::train::detail
