// train: a network from samples.
#include <fmt/format.h>

#include <csignal>
#include <filesystem>
#include <nabla/error.hpp>
#include <nabla/threads.hpp>
#include <nabla/train/fit.hpp>
#include <nabla/train/metrics.hpp>

#include "commands.hpp"
#include "files.hpp"
#include "learner.hpp"
#include "measures.hpp"
#include "plan.hpp"
#include "report.hpp"

namespace nabla_train {

using namespace nabla;

namespace {

/// @throws UsageError for options that do not go together, whatever the data are
void check_options(const TrainOptions& options) {
  if (options.resume && options.checkpoint.empty())
    throw UsageError("--resume goes on from the file of --checkpoint; give that too");
  if (options.checkpoint_every && options.checkpoint.empty())
    throw UsageError("--checkpoint-every is about the file of --checkpoint; give that too");
  if (options.data.source == "/dev/stdin" && options.test_data == options.data.source)
    throw UsageError("--data and --test-data cannot both be standard input; give one of them a file");
  if (!options.history.empty() && !options.history.ends_with(".csv") && !options.history.ends_with(".json"))
    throw UsageError(
        fmt::format("--history {}: the name says in which format; let it end in .csv or .json", options.history));
  const HyperParameters& h = options.hyper_parameters;
  if (h.nesterov && h.momentum.value_or(0) == 0)
    throw UsageError("--nesterov is a form of momentum; give --momentum too, such as 0.9");
  if (options.warm_up > 0 && with_hyphens(options.schedule) == "one-cycle")
    throw UsageError("--warm-up: the schedule one-cycle has a rise of its own; leave --warm-up out");
  if (options.warm_up > 0 && with_hyphens(options.schedule) == "plateau")
    throw UsageError("--warm-up: the schedule plateau goes by the loss alone; leave --warm-up out");
  if (options.warm_up > 0 && options.warm_up >= static_cast<double>(options.epochs))
    throw UsageError(
        fmt::format("--warm-up {} takes the whole training, which has {} epochs; give less, or more "
                    "--epochs",
                    options.warm_up, options.epochs));
}

void write_history(const train::History& history, const std::string& path) {
  if (path.ends_with(".json"))
    history.write_json(path);
  else
    history.write_csv(path);
}

/// How the network came to be what it is, in a line for the model file.
std::string account(const TrainOptions& options, const Sets& sets, const train::History& history,
                    const std::string& result) {
  return fmt::format("{} epochs on {} samples of {}, {}, batches of {}, seed {}{}{}{}{}", history.epochs.size(),
                     sets.training.size(), options.data.source, options.optimizer,
                     batch_size(options, sets.training.size()), options.seed,
                     history.stopped_because.empty() ? "" : "; stopped: ", history.stopped_because,
                     result.empty() ? "" : "; ", result);
}

/// The exit status: as a shell has it, 128 + the number of the signal that ended the training; 1 when the numbers were
/// no longer finite.
int status_of(const train::History& history) {
  switch (history.reason) {
    case train::StopReason::sigint:
      return 128 + SIGINT;
    case train::StopReason::sigterm:
      return 128 + SIGTERM;
    case train::StopReason::not_finite:
      return 1;
    default:
      return 0;
  }
}

/// The sets as the network is given them.
Sets standardized(const Sets& sets, const Model& model) {
  Sets result = sets;
  result.training = model.standardized(sets.training);
  for (std::optional<data::Dataset>* set : {&result.validation, &result.test})
    if (*set) *set = model.standardized(**set);
  return result;
}

/// Prints what the network is worth on the sets that it did not learn from, or on the one that it did where there is no
/// other; the last line is returned.
std::string measure_all(const Model& model, const Sets& sets, std::optional<std::int64_t> top_k) {
  std::string result;
  const auto measure = [&](const std::optional<data::Dataset>& set, std::string_view name) {
    if (!set) return;
    result = summary(model, model.outputs_for(set->inputs), *set, name, top_k);
    fmt::print("{}\n", result);
  };
  measure(sets.validation, "validation");
  measure(sets.test, "test");
  if (result.empty()) measure(sets.training, "training");
  return result;
}

}  // namespace

int run(const TrainOptions& options) {
  check_options(options);
  const Files outputs{{"--model", options.model},
                      {"--history", options.history},
                      {"--report", options.report},
                      {"--checkpoint", options.checkpoint}};
  keep_apart({{"--data", options.data.source},
              {"--labels", options.data.labels},
              {"--test-data", options.test_data},
              {"--test-labels", options.test_labels}},
             outputs);
  check_writable(outputs);
  if (options.resume && !std::filesystem::exists(options.checkpoint))
    throw DataError(fmt::format("there is no checkpoint {} to go on from; leave --resume out to begin a training",
                                options.checkpoint));
  check_table_options(options.data, options.test_data);
  set_threads(options.threads);
  Optimizer optimizer = make_optimizer(options.optimizer, options.hyper_parameters);
  Sets sets = cut(options, read_source(options.data, options.task));
  Model model = new_model(options, sets, optimizer);
  if (!options.test_data.empty()) {
    DataOptions test = options.data;
    test.source = options.test_data;
    test.labels = options.test_labels;
    sets.test = read_samples(test, "auto", model, true).dataset();
  }
  const Sets given = standardized(sets, model);

  const double learning_rate = std::visit([](const auto& chosen) { return chosen.learning_rate; }, optimizer);
  train::FitOptions fit = fit_options(options, given, learning_rate, settings(options, sets, model, optimizer));
  bool has_trained = false;
  fit.after_epoch = [&has_trained, then = std::move(fit.after_epoch)](const train::Epoch& epoch, train::Stop& stop) {
    has_trained = true;
    if (then) then(epoch, stop);
  };
  const Cost cost = training_cost(options, model, sets, model.net);
  Learner learner{model.net, options.shift_augmentation};

  const bool quiet = options.display == "none";
  if (!quiet)
    fmt::print(stderr, "Training [{}] on {}: {} {} (validation {}, test {})\n", fmt::join(model.form.layers, ", "),
               options.data.source, sets.training.size(), sets.unit(), sets.validation ? sets.validation->size() : 0,
               sets.test ? sets.test->size() : 0);
  const train::History history =
      std::visit([&](auto& chosen) { return train::fit(learner, cost, chosen, given.training, fit); }, optimizer);

  if (!quiet && !has_trained && history.reason == train::StopReason::finished)
    fmt::print(stderr, "{} holds all {} epochs, nothing was left to do; for more of them, give a larger --epochs\n",
               options.checkpoint, history.epochs.size());

  std::visit([&](auto& chosen) { chosen.learning_rate = learning_rate; }, optimizer);  // of the schedule's first step

  // What has been learnt may have taken long: whatever cannot be written or measured, the rest is still tried.
  bool all_done = true;
  const auto attempt = [&](const auto& action) {
    try {
      action();
      return true;
    } catch (const std::exception& error) {
      fmt::print(stderr, "nabla-train: {}\n", error.what());
      return all_done = false;
    }
  };
  const auto write = [&](std::string_view what, const std::string& path, const auto& writer) {
    return !path.empty() && attempt([&] {
      writer();
      if (!quiet) fmt::print(stderr, "{} written to {}\n", what, path);
    });
  };
  model.history = account(options, sets, history, "");
  const bool saved = write("model", options.model, [&] { model.save(options.model); });
  write("history", options.history, [&] { write_history(history, options.history); });

  attempt([&] {
    const std::string result = measure_all(model, sets, options.top_k);
    model.history = account(options, sets, history, result);
    if (saved) model.save(options.model);
  });
  if (options.health) attempt([&] { fmt::print("{}", health_text(examine(options, model, sets, optimizer))); });
  write("report", options.report,
        [&] { write_report(options, model, sets, history, optimizer, examine(options, model, sets, optimizer)); });
  if (display(options.display) == train::Display::none && !history.stopped_because.empty())  // else it has been said
    fmt::print(stderr, "stopped: {}\n", history.stopped_because);
  return all_done ? status_of(history) : 1;
}

}  // namespace nabla_train
