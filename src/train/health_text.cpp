#include <fmt/format.h>

#include <cmath>
#include <nabla/train/health.hpp>

#include "table.hpp"

namespace nabla::train {
namespace {

/// The layers that have an illness, and how badly the worst of them has it.
struct Patients {
  std::string names = {};
  double worst = 0;

  void add(const LayerHealth& layer, double value) {
    worst = names.empty() || value > worst ? value : worst;
    names += (names.empty() ? "" : ", ") + layer.name;
  }
  explicit operator bool() const { return !names.empty(); }
};

/// Those for which measure(layer) is above the bound.
template <class Measure>
Patients above(double bound, const std::vector<LayerHealth>& layers, Measure measure) {
  Patients found;
  for (const LayerHealth& layer : layers)
    if (const std::optional<double> value = measure(layer); value && *value > bound) found.add(layer, *value);
  return found;
}

std::string percent(double share) { return fmt::format("{:.0f} %", 100 * share); }
std::string percent(const std::optional<double>& share) { return share ? percent(*share) : "–"; }

}  // namespace

std::vector<std::string> Health::warnings(const HealthBounds& bounds) const {
  std::vector<std::string> found;
  if (layers.empty()) return found;
  const LayerHealth &first = layers.front(), &last = layers.back();

  const Patients diverged = above(0, layers, [](const LayerHealth& layer) {
    return std::optional<double>(std::isfinite(layer.delta_norm) ? 0 : 1);
  });
  if (diverged || !std::isfinite(cost)) {
    found.push_back(fmt::format(
        "The cost is {}, and δ is not finite in {}: the training has diverged. Begin again with a smaller learning "
        "rate, or bound the gradients (clip_norm).",
        cost, diverged ? diverged.names : "no layer"));
    return found;
  }

  if (last.slow && *last.slow > bounds.slow)
    found.push_back(fmt::format(
        "{}: {} of the outputs are saturated and wrong, and learn slowly: the gradient of this cost has the factor "
        "f'(z), which is small there. Take a cross-entropy, of which δ is a − y: sigmoid_cross_entropy of z, with the "
        "identity as the activation.",
        last.name, percent(*last.slow)));

  if (const auto saturated = above(bounds.saturated, layers, [&](const LayerHealth& layer) {
        return &layer == &last ? std::nullopt : layer.saturated;
      }))
    found.push_back(fmt::format(
        "{}: up to {} of the activations are saturated, and pass hardly any gradient on. Begin with smaller weights "
        "(glorot_uniform), bring the inputs to mean 0 and deviation 1, or take relu.",
        saturated.names, percent(saturated.worst)));

  const double grown = first.delta_norm / last.delta_norm;
  if (grown < bounds.vanishing)
    found.push_back(fmt::format(
        "δ vanishes towards the first layers: its norm is {:.2g} in {} and {:.2g} in {}. Each layer multiplies it by "
        "Wᵀ and f'(z){}, or fewer layers.",
        first.delta_norm, first.name, last.delta_norm, last.name,
        first.saturated ? ", which is at most 1/4 for sigmoid. Take relu in the hidden layers, with weights by He's "
                          "rule (he_normal)"
                        : ". Take larger weights to begin with (he_normal), a normalisation between the layers"));
  if (grown > bounds.exploding)
    found.push_back(fmt::format(
        "δ explodes towards the first layers: its norm is {:.2g} in {} and {:.2g} in {}. Begin with smaller weights, "
        "take a smaller learning rate, or bound the gradients (clip_norm).",
        first.delta_norm, first.name, last.delta_norm, last.name));

  if (samples >= bounds.least_samples)
    if (const auto dying = above(bounds.dead, layers, [](const LayerHealth& layer) { return layer.dead; }))
      found.push_back(fmt::format(
          "{}: up to {} of the units are dead: their slope is 0 for every one of {} samples, so that no gradient "
          "reaches their weights. Begin again with a smaller learning rate, or take leaky_relu, whose slope is 0 "
          "nowhere.",
          dying.names, percent(dying.worst), samples));

  if (const auto jumping =
          above(bounds.largest_update, layers, [](const LayerHealth& layer) { return layer.update_ratio; }))
    found.push_back(fmt::format(
        "{}: a step changes the weights by up to {:.2g} of their norm, where about 0.001 is usual. Take a smaller "
        "learning rate.",
        jumping.names, jumping.worst));
  if (const auto standing = above(-bounds.smallest_update, layers, [](const LayerHealth& layer) {
        return layer.update_ratio ? std::optional(-*layer.update_ratio) : std::nullopt;
      }))
    found.push_back(fmt::format(
        "{}: a step changes the weights by as little as {:.2g} of their norm, where about 0.001 is usual. Unless the "
        "training is at its end, take a larger learning rate.",
        standing.names, -standing.worst));
  return found;
}

std::string to_string(const Health& health) {
  std::vector<std::vector<std::string>> rows;
  for (const LayerHealth& layer : health.layers)
    rows.push_back({layer.name, layer.activation, fmt::format("{}", layer.units), percent(layer.saturated),
                    percent(layer.dead), fmt::format("{:.2e}", layer.delta_norm),
                    layer.update_ratio ? fmt::format("{:.1e}", *layer.update_ratio) : "–"});
  std::string text =
      fmt::format("cost {:.4g} of {} sample{}\n", health.cost, health.samples, health.samples == 1 ? "" : "s");
  text += table({"<layer", "<activation", "units", "saturated", "dead", "‖δ‖", "‖Δw‖/‖w‖"}, rows);
  for (const std::string& warning : health.warnings()) text += "\n! " + warning;
  return text;
}

}  // namespace nabla::train
