// Curves as pictures. gnuplot draws them.
#pragma once

#include <nabla/train/history.hpp>
#include <string>
#include <utility>
#include <vector>

namespace nabla::train {

struct Curve {
  std::string name;
  std::vector<std::pair<double, double>> points;  ///< x and y; where one is not finite, the point is left out
};

enum class Scale {
  from_zero,   ///< for what is 0 or more
  fitted,      ///< from the least to the largest value
  logarithmic  ///< points with y ≤ 0 are left out
};

/// Curves over one axis, by default over the epochs.
struct Chart {
  std::string title;
  std::string y_label;
  std::vector<Curve> curves;
  Scale scale = Scale::from_zero;
  std::string x_label = "epoch";

  /// Whether there is a point to draw.
  bool has_points() const;
  /// What is seen, in words: where each curve begins, where it ends, its least and its largest value.
  std::string description() const;
  /// An SVG element that needs nothing beside it, with colours for light and for dark surroundings, and
  /// title and description as its label. @throws IoError, naming the Debian package, when there is no gnuplot;
  /// ValueError when there are no points
  std::string svg() const;
  /// The same as a file, which takes its place whole. @throws IoError also when it cannot be written
  void write_svg(const std::string& path) const;
};

/// The losses of training and validation over the epochs; logarithmic where the largest is 100 times the least.
/// @param validated_on  what the set of History's validation loss is called
Chart loss_chart(const History& history, const std::string& validated_on = "validation");

}  // namespace nabla::train
