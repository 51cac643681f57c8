// train: a network from samples.
#include <fmt/format.h>

#include <cmath>
#include <csignal>
#include <filesystem>
#include <nabla/error.hpp>
#include <nabla/threads.hpp>
#include <nabla/train/fit.hpp>
#include <nabla/train/metrics.hpp>

#include "commands.hpp"
#include "learner.hpp"
#include "measures.hpp"
#include "samples.hpp"

namespace nabla_train {

using namespace nabla;

namespace {

/// The samples, by what is done with them.
struct Sets {
  data::Dataset training;
  std::optional<data::Dataset> validation;  ///< measured after every epoch
  std::optional<data::Dataset> test;
  Names names;
  std::string unit;  ///< what a sample is called
};

Sets cut(const TrainOptions& options, Source source) {
  Sets sets{.training = source.training.dataset(),
            .validation = {},
            .test = {},
            .names = source.training.names,
            .unit = source.training.are_images ? "images" : "samples"};
  const auto set_apart = [&](double share, std::string_view option) -> std::optional<data::Dataset> {
    if (share == 0) return {};
    const auto [rest, apart] = sets.names.classes.empty() ? sets.training.split(1 - share, options.seed)
                                                          : sets.training.split_stratified(1 - share, options.seed);
    if (rest.size() == 0 || apart.size() == 0)
      throw UsageError(fmt::format("{} {}: of {} samples, that leaves {} and sets {} apart; both need at least one",
                                   option, share, sets.training.size(), rest.size(), apart.size()));
    sets.training = rest;
    return apart;
  };
  if (source.test)
    sets.test = source.test->dataset();
  else if (options.test_data.empty())
    sets.test = set_apart(options.test, "--test");
  sets.validation = set_apart(options.validation, "--validation");
  return sets;
}

/// What the samples ask of the network's first and last layer.
struct Ends {
  std::int64_t inputs, outputs;
  bool classes;
};

std::vector<std::int64_t> layer_sizes(const TrainOptions& options, const Ends& ends) {
  if (options.layers.empty()) {
    std::vector<std::int64_t> sizes{ends.inputs};
    sizes.insert(sizes.end(), options.hidden.begin(), options.hidden.end());
    sizes.push_back(ends.outputs);
    return sizes;
  }
  if (options.layers.size() < 2 || options.layers.front() != ends.inputs || options.layers.back() != ends.outputs)
    throw UsageError(
        fmt::format("--layers {} does not fit {}, which has {} inputs and {} {}; give {},...,{}, or the "
                    "hidden layers alone by --hidden",
                    fmt::join(options.layers, ","), options.data.source, ends.inputs, ends.outputs,
                    ends.classes ? "classes" : "target columns", ends.inputs, ends.outputs));
  return options.layers;
}

NetworkForm network_form(const TrainOptions& options, const Ends& ends) {
  const std::string name = !options.loss.empty() ? options.loss : ends.classes ? "softmax-ce" : "mse";
  const Choice<Loss>& loss = chosen("loss", name, losses());
  if (loss.value.targets == Targets::classes && !ends.classes)
    throw UsageError(
        fmt::format("--loss {} is for classes, and the targets of {} are numbers; --task classes takes "
                    "them for classes",
                    name, options.data.source));
  std::string output = ends.classes ? loss.value.output_for_classes : loss.value.output_for_numbers;
  if (!options.output_activation.empty()) {
    if (loss.value.prediction != "identity" && with_hyphens(options.output_activation) != "identity")
      throw UsageError(
          fmt::format("--output-activation: the loss {} takes the outputs before their {}, which it "
                      "applies itself; leave the option out",
                      name, loss.value.prediction));
    output = chosen("activation", options.output_activation, activations()).name;
  }
  if (options.label_smoothing > 0 && loss.name != "softmax-ce")
    throw UsageError(fmt::format("--label-smoothing is for the loss softmax-ce, not for {}", name));
  return {.layers = layer_sizes(options, ends),
          .activation = chosen("activation", options.activation, activations()).name,
          .output_activation = output,
          .loss = loss.name,
          .dropout = options.dropout};
}

/// So many samples that even a small set makes a score of steps an epoch, unless the size is given.
std::int64_t batch_size(const TrainOptions& options, std::int64_t samples) {
  return options.batch_size.value_or(std::clamp<std::int64_t>(samples / 20, 1, 64));
}

/// The rates of all steps; empty where they are one.
optim::Schedule learning_rates(const TrainOptions& options, double learning_rate, std::int64_t samples) {
  const Choice<MakeSchedule>& schedule = chosen("schedule", options.schedule, schedules());
  const std::int64_t size = batch_size(options, samples), steps_per_epoch = (samples + size - 1) / size;
  const std::int64_t steps = options.epochs * steps_per_epoch;
  const auto rise =
      std::min<std::int64_t>(steps - 1, std::llround(options.warm_up * static_cast<double>(steps_per_epoch)));
  optim::Schedule rates = schedule.value(learning_rate, steps - rise);
  return rise == 0 ? rates : optim::warm_up(rise, std::move(rates));
}

train::Display display(const std::string& how) {
  if (how == "bar") return train::Display::bar;
  if (how == "lines") return train::Display::lines;
  return how == "auto" ? train::Display::automatic : train::Display::none;
}

std::map<std::string, train::Metric> metrics(bool classes) {
  if (classes) return {{"accuracy", train::accuracy}};
  return {{"r_squared", [](const Tensor& a, const Tensor& y) { return train::r_squared(a, y); }}};
}

/// About an epoch, behind the name of the set that is measured.
std::string note(const train::Epoch& epoch, std::string_view set) {
  for (const auto& [name, value] : epoch.metrics)
    return name == "accuracy" ? fmt::format("{} accuracy {:.1f} %", set, 100 * value)
                              : fmt::format("{} R² {:.3f}", set, value);
  return "";
}

train::FitOptions fit_options(const TrainOptions& options, const Sets& sets, double learning_rate) {
  train::FitOptions fit{.epochs = options.epochs,
                        .batch_size = batch_size(options, sets.training.size()),
                        .validation = sets.validation ? &*sets.validation
                                      : sets.test     ? &*sets.test
                                                      : nullptr,
                        .seed = options.seed,
                        .schedule = learning_rates(options, learning_rate, sets.training.size())};
  if (options.clip_norm) fit.clip_norm = *options.clip_norm;
  if (options.early_stopping) {
    if (!sets.validation)
      throw UsageError("--early-stopping goes by the validation loss; give --validation a share above 0");
    fit.early_stopping.patience = *options.early_stopping;
  }
  fit.stop_on_signals = true;
  fit.checkpoint = options.checkpoint;
  if (options.resume) fit.resume = options.checkpoint;

  fit.display = display(options.display);
  fit.unit = sets.unit;
  const bool classes = !sets.names.classes.empty();
  if (fit.validation) {
    fit.metrics = metrics(classes);
    fit.note = [set = sets.validation ? "validation" : "test"](const train::Epoch& epoch) { return note(epoch, set); };
  }
  if (options.display == "counts") {
    if (!fit.validation || !classes)
      throw UsageError("--display counts counts right answers; it needs classes, and samples to be measured on");
    fit.after_epoch = [n = fit.validation->size()](const train::Epoch& epoch, train::Stop&) {
      const double right = epoch.metrics.at("accuracy") * static_cast<double>(n);
      fmt::print(stderr, "Epoch {}: {} / {}\n", epoch.number - 1, std::llround(right), n);
    };
  }
  return fit;
}

/// What would be a pity to find out after the training.
void check_outputs(const TrainOptions& options) {
  for (const std::string& path : {options.model, options.history, options.report, options.checkpoint}) {
    const std::filesystem::path folder = std::filesystem::path(path).parent_path();
    if (!folder.empty() && !std::filesystem::is_directory(folder))
      throw DataError(fmt::format("there is no folder {} for {}; make it first", folder.string(), path));
    if (!path.empty() && std::filesystem::is_directory(path)) throw DataError(fmt::format("{} is a folder", path));
  }
  if (options.resume && options.checkpoint.empty())
    throw UsageError("--resume goes on from the file of --checkpoint; give that too");
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
  const std::string& why = history.stopped_because;
  if (why.starts_with("SIGINT")) return 128 + SIGINT;
  if (why.starts_with("SIGTERM")) return 128 + SIGTERM;
  return why.empty() || why.starts_with("no improvement") ? 0 : 1;
}

}  // namespace

int run(const TrainOptions& options) {
  check_outputs(options);
  set_threads(options.threads);
  Source source = read_source(options.data, options.task);
  if (options.shift_augmentation > 0 && !source.training.are_images)
    throw UsageError(fmt::format("--shift-augmentation moves square images, and {} holds none", options.data.source));
  Sets sets = cut(options, std::move(source));
  const bool classes = !sets.names.classes.empty();
  const Ends ends{
      .inputs = sets.training.inputs.shape()[1],
      .outputs = classes ? static_cast<std::int64_t>(sets.names.classes.size()) : sets.training.targets.shape()[1],
      .classes = classes};

  Model model(network_form(options, ends), sets.names,
              chosen("initializer", options.initializer, initializations()).value, options.seed);
  if (!options.test_data.empty()) {
    DataOptions test = options.data;
    test.source = options.test_data;
    test.labels = options.test_labels;
    sets.test = read_samples(test, "auto", model, true).dataset();
  }
  if (options.standardize == "yes" || (options.standardize == "auto" && !model.names.features.empty())) {
    model.of_inputs = data::Standardization::of(sets.training);
    if (!classes && model.form.output_activation == "identity" && model.form.loss != "sigmoid-ce")
      model.of_targets = data::Standardization::of(sets.training.targets);
  }
  const auto as_given = [&](const std::optional<data::Dataset>& set) {
    return set ? std::optional(model.standardized(*set)) : std::nullopt;
  };
  const Sets given{.training = model.standardized(sets.training),
                   .validation = as_given(sets.validation),
                   .test = as_given(sets.test),
                   .names = sets.names,
                   .unit = sets.unit};
  const Cost cost = options.label_smoothing > 0 ? smoothed_softmax_cross_entropy(options.label_smoothing)
                                                : chosen("loss", model.form.loss, losses()).value.cost;
  Optimizer optimizer = make_optimizer(options.optimizer, options.hyper_parameters);
  Learner learner{model.net, options.shift_augmentation};
  const double learning_rate = std::visit([](const auto& chosen) { return chosen.learning_rate; }, optimizer);
  const train::FitOptions fit = fit_options(options, given, learning_rate);

  const bool quiet = options.display == "none";
  if (!quiet)
    fmt::print(stderr, "Training [{}] on {}: {} {} (validation {}, test {})\n", fmt::join(model.form.layers, ", "),
               options.data.source, sets.training.size(), sets.unit, sets.validation ? sets.validation->size() : 0,
               sets.test ? sets.test->size() : 0);
  const train::History history =
      std::visit([&](auto& chosen) { return train::fit(learner, cost, chosen, given.training, fit); }, optimizer);

  std::string result;
  const auto measure = [&](const data::Dataset& set, std::string_view name) {
    result = summary(model, model.outputs_for(set.inputs), set, name);
    fmt::print("{}\n", result);
  };
  if (sets.validation) measure(*sets.validation, "validation");
  if (sets.test) measure(*sets.test, "test");
  if (!sets.validation && !sets.test) measure(sets.training, "training");
  model.history = account(options, sets, history, result);
  const auto write = [&](const std::string& path, std::string_view what, const auto& writer) {
    if (path.empty()) return;
    writer(path);
    if (!quiet) fmt::print(stderr, "{} written to {}\n", what, path);
  };
  write(options.model, "model", [&](const std::string& path) { model.save(path); });
  write(options.history, "history", [&](const std::string& path) { write_history(history, path); });
  if (display(options.display) == train::Display::none && !history.stopped_because.empty())  // else it has been said
    fmt::print(stderr, "stopped: {}\n", history.stopped_because);
  return status_of(history);
}

}  // namespace nabla_train
