// evaluate, predict and describe: what is done with a network that there is.
#include <fmt/core.h>

#include <algorithm>
#include <cmath>
#include <nabla/error.hpp>
#include <nabla/operators.hpp>
#include <nabla/threads.hpp>

#include "commands.hpp"
#include "files.hpp"
#include "measures.hpp"
#include "samples.hpp"

namespace nabla_train {

using namespace nabla;

namespace {

/// A cell of a CSV file: in quotation marks where it has to be (RFC 4180).
std::string cell(const std::string& text) {
  if (text.find_first_of(",\"\r\n") == std::string::npos) return text;
  std::string result = "\"";
  for (char c : text) result += c == '"' ? "\"\"" : std::string(1, c);
  return result + '"';
}

/// What the columns of predictions are called.
std::vector<std::string> prediction_columns(const Model& model, bool probabilities) {
  if (model.classifies()) {
    std::vector<std::string> columns{"class"};
    if (probabilities) columns.insert(columns.end(), model.names.classes.begin(), model.names.classes.end());
    return columns;
  }
  if (!model.names.targets.empty()) return model.names.targets;
  if (model.outputs() == 1) return {"prediction"};
  std::vector<std::string> columns;
  for (std::int64_t k = 1; k <= model.outputs(); ++k) columns.push_back(fmt::format("prediction_{}", k));
  return columns;
}

/// A number with the digits that a network of f32 can mean: 24 bits of the deviation that its output counts in.
std::string digits(double value, double deviation) {
  const double decimals = std::ceil(std::log10(std::exp2(24) / deviation));
  const double before_point = value == 0 ? 1 : 1 + std::floor(std::log10(std::abs(value)));
  return fmt::format("{:.{}g}", value, static_cast<int>(std::clamp(before_point + decimals, 1.0, 17.0)));
}

/// The predictions of a sample: numbers, or probabilities.
std::vector<std::string> cells_of(const Model& model, const Tensor& row) {
  std::vector<std::string> cells;
  for (std::int64_t k = 0; k < row.size(); ++k)
    cells.push_back(model.of_targets ? digits(row.at({k}), model.of_targets->deviation.at({k}))
                                     : fmt::format("{}", static_cast<float>(row.at({k}))));
  return cells;
}

/// As CSV.
std::string text_of(const Model& model, const Tensor& predictions, bool probabilities) {
  std::vector<std::string> columns = prediction_columns(model, probabilities);
  for (std::string& name : columns) name = cell(name);
  std::string text = joined(columns, ",") + '\n';
  for (std::int64_t i = 0; i < predictions.shape()[0]; ++i) {
    const Tensor row = predictions.sliced(0, i, i + 1).reshaped({predictions.shape()[1]});
    std::vector<std::string> cells;
    if (model.classifies()) cells.push_back(cell(model.names.classes[static_cast<std::size_t>(argmax(row).item())]));
    if (!model.classifies() || probabilities)
      for (const std::string& value : cells_of(model, row)) cells.push_back(value);
    text += joined(cells, ",") + '\n';
  }
  return text;
}

}  // namespace

int run(const PredictOptions& options) {
  keep_apart({{"--model", options.model}, {"--data", options.data.source}}, {{"--out", options.out}});
  check_table_options(options.data);
  set_threads(options.threads);
  const Model model = Model::load(options.model);
  const Samples samples = read_samples(options.data, options.part, model, false);
  const Tensor predictions = model.predictions(model.outputs_for(samples.inputs));
  const std::string text = text_of(model, predictions, options.probabilities);
  if (options.out.empty()) {
    fmt::print("{}", text);
    return 0;
  }
  write_file(options.out, text);
  fmt::print("{} predictions written to {}\n", samples.size(), options.out);
  return 0;
}

int run(const EvaluateOptions& options) {
  check_table_options(options.data);
  set_threads(options.threads);
  const Model model = Model::load(options.model);
  const Samples samples = read_samples(options.data, options.part, model, true);
  const data::Dataset dataset = samples.dataset();
  const Tensor outputs = model.outputs_for(dataset.inputs);
  fmt::print("{}\n{}", summary(model, outputs, dataset, "", options.top_k), class_table(model, outputs, dataset));
  return 0;
}

int run(const DescribeOptions& options) {
  const Model model = Model::load(options.model);
  const auto row = [](std::string_view name, const std::string& text) {
    if (!text.empty()) fmt::print("{:9} {}\n", name, wrapped(text, 70, 10));
  };
  fmt::print("{}\n\n", nn::describe(model.net));
  row("loss", model.form.loss);
  std::vector<std::string> features;
  for (const Feature& feature : model.names.features)
    features.push_back(feature.categories.empty() ? feature.name
                                                  : fmt::format("{} ({})", feature.name, joined(feature.categories)));
  const bool named = !features.empty() && !features.front().empty();
  row("inputs", fmt::format("{}{}", named ? joined(features) : std::to_string(model.inputs()),
                            fmt::format("{}{}", model.fill ? "; missing numbers are the means of training" : "",
                                        model.of_inputs ? ", brought to mean 0 and standard deviation 1" : "")));
  row(model.classifies() ? "classes" : "outputs", model.classifies()            ? joined(model.names.classes)
                                                  : model.names.targets.empty() ? std::to_string(model.outputs())
                                                                                : joined(model.names.targets));
  row("training", model.history);
  return 0;
}

}  // namespace nabla_train
