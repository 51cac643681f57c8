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

/// One more step of the training for a copy of its net.
void take_step(nn::Mlp& copy, const nn::Mlp& net, Optimizer optimizer, const Cost& cost, const data::Dataset& batch) {
  std::visit(
      [&](auto& chosen) {
        const NamedTensors remembered = chosen.state(net.parameters());
        chosen.restore(copy.parameters(), remembered);
        Tape tape;
        chosen.step(copy, cost(copy(tape.constant(batch.inputs)), tape.constant(batch.targets)));
      },
      optimizer);
}

}  // namespace

void write_report(const TrainOptions& options, const Model& model, const Sets& sets, const train::History& history,
                  const Optimizer& optimizer) {
  train::Report report{.title = fmt::format("[{}] on {}", fmt::join(model.form.layers, ", "), options.data.source),
                       .configuration = settings(options, sets, model, optimizer),
                       .history = history,
                       .classes = model.names.classes,
                       .description = nn::describe(model.net)};

  report.configuration.emplace(report.configuration.begin(), "data", samples_used(options, sets));

  const data::Dataset& measured = sets.test ? *sets.test : sets.validation ? *sets.validation : sets.training;
  const Tensor outputs = model.outputs_for(measured.inputs);
  report.configuration.emplace_back("result", summary(model, outputs, measured,
                                                      sets.test         ? "test"
                                                      : sets.validation ? "validation"
                                                                        : "training"));
  const std::int64_t side = std::lround(std::sqrt(static_cast<double>(model.inputs())));
  if (model.classifies()) report.confusion_matrix = train::confusion_matrix(outputs, measured.targets);
  if (sets.are_images) {
    report.confusions = train::confusions(outputs, measured, side, side);
    report.first_layer = reshape(model.net.layers().front().linear.weight.value, {-1, side, side});
  }

  constexpr std::int64_t samples_to_examine = 512;
  const data::Dataset some =
      model.standardized({slice(sets.training.inputs, 0, 0, std::min(samples_to_examine, sets.training.size())),
                          slice(sets.training.targets, 0, 0, std::min(samples_to_examine, sets.training.size()))});
  const auto epochs = static_cast<std::int64_t>(history.epochs.size());
  const Cost cost = training_cost(options, model);
  nn::Mlp stepped = model.net;
  take_step(stepped, model.net, optimizer, cost, some);
  report.health[epochs] = train::examine(stepped, cost, some.inputs, some.targets, {.before = model.net.parameters()});
  report.write_html(options.report);
}

}  // namespace nabla_train
