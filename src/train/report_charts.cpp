#include "report_charts.hpp"

#include <algorithm>
#include <cmath>
#include <functional>
#include <limits>
#include <set>
#include <utility>

namespace nabla::train {
namespace {

template <class Figure>
Curve curve(const std::string& name, const History& history, Figure figure) {
  Curve curve{.name = name, .points = {}};
  for (const Epoch& epoch : history.epochs)
    if (const std::optional<double> value = figure(epoch))
      curve.points.emplace_back(static_cast<double>(epoch.number), *value);
  return curve;
}

/// Logarithmic where linear would show most of the values as nothing.
Scale scale_for(const std::vector<Curve>& curves) {
  double least = std::numeric_limits<double>::infinity(), largest = -least;
  for (const Curve& curve : curves)
    for (const auto& [x, y] : curve.points)
      if (std::isfinite(y)) least = std::min(least, y), largest = std::max(largest, y);
  if (least < 0) return Scale::fitted;
  return least > 0 && largest > 100 * least ? Scale::logarithmic : Scale::from_zero;
}

std::string capitalised(std::string text) {
  if (!text.empty() && 'a' <= text[0] && text[0] <= 'z') text[0] = static_cast<char>(text[0] - 'a' + 'A');
  return text;
}

void add(std::vector<NamedChart>& charts, const std::string& name, Chart chart) {
  if (chart.has_points()) charts.push_back({name, std::move(chart)});
}

}  // namespace

std::string title_of_metric(const std::string& name) {
  if (name == "r_squared") return "R²";
  std::string title = name;
  std::replace(title.begin(), title.end(), '_', ' ');
  return title;
}

std::vector<std::string> names_of_metrics(const History& history) {
  std::set<std::string> names;
  for (const Epoch& epoch : history.epochs)
    for (const auto& [name, value] : epoch.metrics) names.insert(name);
  return {names.begin(), names.end()};
}

std::optional<double> metric(const Epoch& epoch, const std::string& name) {
  const auto found = epoch.metrics.find(name);
  return found == epoch.metrics.end() ? std::nullopt : std::optional(found->second);
}

Chart loss_chart(const History& history, const std::string& validated_on) {
  const std::vector<Curve> losses{
      curve("training", history, [](const Epoch& epoch) { return std::optional(epoch.loss); }),
      curve(validated_on, history, [](const Epoch& epoch) { return epoch.validation_loss; })};
  return {.title = "Loss", .y_label = "mean loss", .curves = losses, .scale = scale_for(losses)};
}

std::vector<NamedChart> charts_of(const History& history, const std::string& validated_on) {
  std::vector<NamedChart> charts;
  if (history.epochs.empty()) return charts;
  add(charts, "loss", loss_chart(history, validated_on));

  for (const std::string& name : names_of_metrics(history))
    add(charts, "metric_" + name,
        {.title = capitalised(title_of_metric(name)) + " of the " + validated_on + " set",
         .y_label = title_of_metric(name),
         .curves = {curve(title_of_metric(name), history, [&](const Epoch& epoch) { return metric(epoch, name); })},
         .scale = Scale::fitted});

  const auto rate = [](const Epoch& epoch) { return std::optional(epoch.learning_rate); };
  const double first = history.epochs.front().learning_rate;
  const auto differs = [&](const Epoch& epoch) { return epoch.learning_rate != first; };
  if (std::any_of(history.epochs.begin(), history.epochs.end(), differs)) {
    const std::vector<Curve> rates{curve("learning rate", history, rate)};
    add(charts, "learning_rate",
        {.title = "Learning rate", .y_label = "learning rate", .curves = rates, .scale = scale_for(rates)});
  }
  return charts;
}

std::vector<NamedChart> charts_of(const std::map<std::int64_t, Health>& health) {
  std::vector<NamedChart> charts;
  if (health.size() < 2) return charts;
  const auto by_layer = [&](const std::string& name, const std::string& title, Scale scale, auto figure) {
    std::vector<Curve> curves;
    for (const LayerHealth& last : health.rbegin()->second.layers) {
      Curve& curve = curves.emplace_back(Curve{.name = last.name, .points = {}});
      for (const auto& [epoch, then] : health)
        for (const LayerHealth& layer : then.layers)
          if (const std::optional<double> value = figure(layer); value && layer.name == last.name)
            curve.points.emplace_back(static_cast<double>(epoch), *value);
    }
    add(charts, name, {.title = title, .y_label = title, .curves = std::move(curves), .scale = scale});
  };
  by_layer("delta", "Norm of δ", Scale::logarithmic, [](const LayerHealth& l) { return std::optional(l.delta_norm); });
  by_layer("update", "Update to weight", Scale::logarithmic, [](const LayerHealth& l) { return l.update_ratio; });
  by_layer("saturated", "Share saturated", Scale::from_zero, [](const LayerHealth& l) { return l.saturated; });
  by_layer("dead", "Share of dead units", Scale::from_zero, [](const LayerHealth& l) { return l.dead; });
  return charts;
}

}  // namespace nabla::train
