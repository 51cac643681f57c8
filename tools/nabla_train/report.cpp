#include "report.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <nabla/ops.hpp>
#include <nabla/train/report.hpp>

#include "measures.hpp"

namespace nabla_train {

using namespace nabla;

namespace {

std::string samples_used(const TrainOptions& options, const Sets& sets) {
  const auto size = [](const std::optional<data::Dataset>& set) { return set ? set->size() : 0; };
  return fmt::format("{}: {} {}, {} for validation, {} for the test", options.data.source, sets.training.size(),
                     sets.unit(), size(sets.validation), size(sets.test));
}

/// The net that a training left.
struct NetOf {
  std::int64_t epoch;  ///< the last whole one behind it
  std::string text;
};

NetOf net_of(const train::History& history) {
  const auto last = static_cast<std::int64_t>(history.epochs.size());
  if (history.reason == train::StopReason::sigint || history.reason == train::StopReason::sigterm)
    return {last, "the net as it was when the signal came"};
  if (last == 0) return {0, "the net before its first epoch"};
  if (const auto best = history.best_epoch) return {*best, fmt::format("the net after epoch {}, the best", *best)};
  return {last, fmt::format("the net after epoch {}, the last", last)};
}

}  // namespace

void write_report(const TrainOptions& options, const Model& model, const Sets& sets, const train::History& history,
                  const Optimizer& optimizer, const train::Health& health) {
  const NetOf net = net_of(history);
  const data::Dataset& measured = sets.test ? *sets.test : sets.validation ? *sets.validation : sets.training;
  const std::string set = sets.test ? "test" : sets.validation ? "validation" : "training";
  const Tensor outputs = model.outputs_for(measured.inputs);
  train::Report report{.title = fmt::format("[{}] on {}", fmt::join(model.form.layers, ", "), options.data.source),
                       .configuration = settings(options, sets, model, optimizer),
                       .history = history,
                       .result = summary(model, outputs, measured, set, options.top_k),
                       .net = net.text,
                       .validated_on = sets.validation ? "validation" : "test",  // as fit_options() has it
                       .evaluated_on = set,
                       .classes = model.names.classes,
                       .description = nn::describe(model.net)};
  report.configuration.emplace(report.configuration.begin(), "data", samples_used(options, sets));
  const std::int64_t side = std::lround(std::sqrt(static_cast<double>(model.inputs())));
  if (model.classifies()) report.confusion_matrix = train::confusion_matrix(outputs, measured.targets);
  if (sets.are_images) {
    report.confusions = train::confusions(outputs, measured, side, side);
    report.first_layer = reshape(model.net.layers().front().linear.weight.value, {-1, side, side});
  }

  report.health[net.epoch] = health;
  report.write_html(options.report);
}

}  // namespace nabla_train
