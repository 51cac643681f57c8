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

}  // namespace

void write_report(const TrainOptions& options, const Model& model, const Sets& sets, const train::History& history,
                  const Optimizer& optimizer, const train::Health& health) {
  const data::Dataset& measured = sets.test ? *sets.test : sets.validation ? *sets.validation : sets.training;
  const std::string set = sets.test ? "test" : sets.validation ? "validation" : "training";
  const Tensor outputs = model.outputs_for(measured.inputs);
  train::Report report{.title = fmt::format("[{}] on {}", fmt::join(model.form.layers, ", "), options.data.source),
                       .configuration = settings(options, sets, model, optimizer),
                       .history = history,
                       .result = summary(model, outputs, measured, set, options.top_k),
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

  report.health[static_cast<std::int64_t>(history.epochs.size())] = health;
  report.write_html(options.report);
}

}  // namespace nabla_train
