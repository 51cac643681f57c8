#include <algorithm>
#include <nabla/ops.hpp>
#include <sstream>

#include "report.hpp"

namespace nabla_train {

using namespace nabla;

namespace {

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

train::Health examine(const TrainOptions& options, const Model& model, const Sets& sets, const Optimizer& optimizer) {
  constexpr std::int64_t samples_to_examine = 512;
  const std::int64_t n = std::min(samples_to_examine, sets.training.size());
  const data::Dataset some =
      model.standardized({slice(sets.training.inputs, 0, 0, n), slice(sets.training.targets, 0, 0, n)});
  nn::Mlp stepped = model.net;
  const Cost cost = training_cost(options, model, sets, stepped);
  take_step(stepped, model.net, optimizer, cost, some);
  return train::examine(stepped, cost, some.inputs, some.targets, {.before = model.net.parameters()});
}

std::string health_text(const train::Health& health) {
  std::string text = "\n";
  std::istringstream lines(to_string(health));
  for (std::string line; std::getline(lines, line);)
    text += (line.starts_with('!') ? wrapped(line, 78, 2) : line) + '\n';
  return text;
}

}  // namespace nabla_train
