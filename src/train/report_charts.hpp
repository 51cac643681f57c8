// What a report shows as curves.
#pragma once

#include <nabla/train/chart.hpp>
#include <nabla/train/report.hpp>
#include <string>
#include <vector>

namespace nabla::train {

/// A chart, and the name of its file without the ending.
struct NamedChart {
  std::string name;
  Chart chart;
};

/// Losses, every metric, and the learning rate where it changes; those that have points.
std::vector<NamedChart> charts_of(const History& history, const std::string& validated_on);
/// How the figures of each layer went, where there is more than one epoch of them.
std::vector<NamedChart> charts_of(const std::map<std::int64_t, Health>& health);

/// As it is written for readers: R² for r_squared.
std::string title_of_metric(const std::string& name);
std::vector<std::string> names_of_metrics(const History& history);
std::optional<double> metric(const Epoch& epoch, const std::string& name);

}  // namespace nabla::train
