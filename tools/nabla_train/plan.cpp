// What a training is to be, from what the command line says.
#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "measures.hpp"
#include "memory.hpp"
#include "plan.hpp"

namespace nabla_train {

using namespace nabla;

Sets cut(const TrainOptions& options, Source source) {
  if (options.shift_augmentation > 0 && !source.training.are_images)
    throw UsageError(fmt::format("--shift-augmentation moves square images, and {} holds none", options.data.source));
  Sets sets{.training = source.training.dataset(),
            .validation = {},
            .test = {},
            .names = source.training.names,
            .are_images = source.training.are_images};
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

namespace {

/// A network that has seen one class only says it of everything. @throws DataError
void check_classes(const Sets& sets, const std::string& source) {
  if (sets.names.classes.empty()) return;
  const Tensor targets = sets.training.targets.contiguous();
  const std::span<const std::int64_t> classes = targets.data<std::int64_t>();
  if (std::ranges::any_of(classes, [&](std::int64_t k) { return k != classes.front(); })) return;
  throw DataError(
      fmt::format("all {} samples of {} that are to be learnt from are of the class {}; classes are learnt "
                  "from samples of two and more{}",
                  classes.size(), source, sets.names.classes[static_cast<std::size_t>(classes.front())],
                  sets.are_images ? "" : "; --target names another column"));
}

/// What the samples ask of the network's first and last layer.
struct Ends {
  std::int64_t inputs, outputs;
  bool classes;
};

Ends ends_of(const Sets& sets) {
  const bool classes = !sets.names.classes.empty();
  return {.inputs = sets.training.inputs.shape()[1],
          .outputs = classes ? static_cast<std::int64_t>(sets.names.classes.size()) : sets.training.targets.shape()[1],
          .classes = classes};
}

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

/// One name where all are the same.
std::string activation_names(const std::vector<std::string>& given) {
  std::vector<std::string> names;
  for (const std::string& name : given) names.push_back(chosen("activation", name, activations()).name);
  if (std::ranges::adjacent_find(names, std::ranges::not_equal_to()) == names.end()) return names.front();
  return joined(names, ",");
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
          .activation = activation_names(options.activation),
          .output_activation = output,
          .loss = loss.name,
          .dropout = options.dropout};
}

/// @param means  of all inputs. @throws DataError for a column that has none
void check_means(const Tensor& means, const Names& names, const std::string& source) {
  std::int64_t input = 0;
  for (std::size_t i = 0; i < names.features.size(); ++i) {
    const auto& [name, categories] = names.features[i];
    if (std::isnan(means.at({input})))
      throw DataError(
          fmt::format("{}, column {}: no sample that is to be learnt from has a number there, so there is no "
                      "mean for --missing mean; pass the column over with --ignore",
                      source, name.empty() ? fmt::format("{} of the inputs", i) : name));
    input += std::max<std::int64_t>(1, static_cast<std::int64_t>(categories.size()));
  }
}

}  // namespace

Model new_model(const TrainOptions& options, const Sets& sets, const Optimizer& optimizer) {
  check_classes(sets, options.data.source);
  const NetworkForm form = network_form(options, ends_of(sets));
  const Initialization& initialization = chosen("initializer", options.initializer, initializations()).value;
  const std::int64_t samples = sets.training.size();
  check_memory(form.layers, with_hyphens(options.optimizer), optimizer, std::min(batch_size(options, samples), samples),
               options.early_stopping.has_value());
  Model model(form, sets.names, initialization, options.seed);
  const bool is_table = !model.names.features.empty();
  data::Dataset training = sets.training;
  if (is_table && options.data.missing == "mean") {
    model.fill = means_of_present(training.inputs);
    check_means(*model.fill, model.names, options.data.source);
    training = {filled(training.inputs, *model.fill), training.targets};
  }
  if (options.standardize == "no" || (options.standardize == "auto" && !is_table)) return model;
  model.of_inputs = data::Standardization::of(training);
  const bool any_number = model.form.output_activation == "identity" && model.form.loss != "sigmoid-ce";
  if (!model.classifies() && any_number) model.of_targets = data::Standardization::of(training.targets);
  return model;
}

std::int64_t batch_size(const TrainOptions& options, std::int64_t samples) {
  return options.batch_size.value_or(std::clamp<std::int64_t>(samples / 20, 1, 64));
}

Settings settings(TrainOptions options, const Sets& sets, const Model& model, const Optimizer& optimizer) {
  if (!model.names.features.empty()) options.data.header = model.names.targets.empty() ? "no" : "yes";
  options.task = model.classifies() ? "classes" : "numbers";
  options.standardize = model.of_inputs ? "yes" : "no";
  options.layers = model.form.layers;
  options.hidden.clear();  // is part of them
  options.activation = {model.form.activation};
  options.output_activation = model.form.output_activation;
  options.initializer = with_hyphens(options.initializer);
  options.loss = model.form.loss;
  options.optimizer = with_hyphens(options.optimizer);
  options.hyper_parameters = hyper_parameters(optimizer);
  options.batch_size = batch_size(options, sets.training.size());
  options.watch = with_hyphens(options.watch);
  options.schedule = with_hyphens(options.schedule);
  if (options.schedule != "constant" && options.schedule != "plateau")  // each step's rate goes by how many there are
    options.schedule += fmt::format(" over {} epochs", options.epochs);
  return settings(std::move(options));
}

namespace {

/// The rates of all steps; empty for plateau.
optim::Schedule learning_rates(const TrainOptions& options, double learning_rate, std::int64_t samples) {
  const Choice<MakeSchedule>& schedule = chosen("schedule", options.schedule, schedules());
  if (!schedule.value) return {};
  const std::int64_t size = batch_size(options, samples), steps_per_epoch = (samples + size - 1) / size;
  const std::int64_t steps = options.epochs * steps_per_epoch;
  const auto rise =
      std::min<std::int64_t>(steps - 1, std::llround(options.warm_up * static_cast<double>(steps_per_epoch)));
  optim::Schedule rates = schedule.value(learning_rate, steps - rise);
  return rise == 0 ? rates : optim::warm_up(rise, std::move(rates));
}

/// As the history calls a figure: with the k of top-k.
std::string metric_name(const std::string& figure, const TrainOptions& options) {
  if (figure == "top-k-accuracy") return fmt::format("top_{}_accuracy", options.top_k.value_or(1));
  std::string name = figure;
  std::ranges::replace(name, '-', '_');
  return name;
}

/// What is measured after every epoch beside the loss.
std::map<std::string, train::Metric> metrics(const TrainOptions& options, bool classes) {
  std::vector<std::string> wanted{classes ? "accuracy" : "r-squared"};
  if (with_hyphens(options.watch) == "top-k-accuracy" && !options.top_k)
    throw UsageError("--watch top-k-accuracy: --top-k says of how many; give that too");
  if (options.top_k) wanted.push_back("top-k-accuracy");
  wanted.push_back(options.watch);
  std::map<std::string, train::Metric> result;
  for (const std::string& name : wanted) {
    const Figure& figure = chosen("figure", name, figures()).value;
    if (figure.targets != Targets::either && (figure.targets == Targets::classes) != classes)
      throw UsageError(fmt::format("{} is a figure of {}, and the targets are {}", name,
                                   classes ? "numbers" : "classes", classes ? "classes" : "numbers"));
    if (!figure.metric) continue;
    result.emplace(metric_name(with_hyphens(name), options),
                   [metric = figure.metric, k = options.top_k.value_or(1)](const Tensor& a, const Tensor& y) {
                     return metric(a, y, k);
                   });
  }
  return result;
}

/// What stops the training, or lowers the rate, by a figure of the validation set.
void watch(train::FitOptions& fit, const TrainOptions& options, const Sets& sets, double learning_rate) {
  const bool by_plateau = !fit.schedule;
  if (!options.early_stopping && options.least_improvement > 0)
    throw UsageError("--least-improvement is of --early-stopping; give that too");
  if (!options.early_stopping && !by_plateau) {
    if (options.watch != "loss")
      throw UsageError("--watch says what --early-stopping and --schedule plateau go by; give one of them too");
    return;
  }
  if (!sets.validation)
    throw UsageError(fmt::format("{} goes by the validation set; give --validation a share above 0",
                                 by_plateau ? "--schedule plateau" : "--early-stopping"));
  const bool larger_is_better = chosen("figure", options.watch, figures()).value.larger_is_better;
  if (with_hyphens(options.watch) != "loss") fit.watch = metric_name(with_hyphens(options.watch), options);
  if (by_plateau) fit.plateau = optim::Plateau{.learning_rate = learning_rate, .larger_is_better = larger_is_better};
  if (options.early_stopping)
    fit.early_stopping = {.patience = *options.early_stopping,
                          .least_improvement = options.least_improvement,
                          .larger_is_better = larger_is_better};
}

/// About an epoch, behind the name of the set that is measured.
std::string note(const train::Epoch& epoch, std::string_view set) {
  std::string text;
  for (const auto& [name, value] : epoch.metrics)
    text += (text.empty() ? fmt::format("{} ", set) : ", ") + figure_text(name, value);
  return text;
}

}  // namespace

train::Display display(const std::string& how) {
  if (how == "bar") return train::Display::bar;
  if (how == "lines") return train::Display::lines;
  return how == "auto" ? train::Display::automatic : train::Display::none;
}

train::FitOptions fit_options(const TrainOptions& options, const Sets& sets, double learning_rate,
                              const Settings& settings) {
  train::FitOptions fit{.epochs = options.epochs,
                        .batch_size = batch_size(options, sets.training.size()),
                        .validation = sets.validation ? &*sets.validation
                                      : sets.test     ? &*sets.test
                                                      : nullptr,
                        .seed = options.seed,
                        .schedule = learning_rates(options, learning_rate, sets.training.size())};
  watch(fit, options, sets, learning_rate);
  if (options.clip_norm) fit.clip_norm = *options.clip_norm;
  fit.stop_on_signals = true;
  fit.checkpoint = options.checkpoint;
  fit.checkpoint_every_steps = options.checkpoint_every.value_or(0);
  if (options.resume) fit.resume = options.checkpoint;
  for (const auto& [name, value] : settings)
    if (name != "seed" && name != "batch-size")  // which fit() compares by itself
      fit.configuration += fmt::format("--{} = {}\n", name, value);

  check_top_k(options.top_k, sets.names.classes.size());
  fit.display = display(options.display);
  fit.unit = sets.unit();
  const bool classes = !sets.names.classes.empty();
  if (fit.validation) {
    fit.metrics = metrics(options, classes);
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

}  // namespace nabla_train
