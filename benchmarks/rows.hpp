// The rows of the comparison: what is measured, beside what, and what is to be reached.
#pragma once

#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "measure.hpp"

namespace bench {

enum class Bound {
  ratio_at_most,  ///< Nabla costs at most so many times what the yardstick costs
  times_faster,   ///< the yardstick costs at least so many times what Nabla costs
  value_at_most,  ///< Nabla's own figure: nanoseconds, or bytes
};

struct Goal {
  Bound bound;
  double value;
};

/// The two that are measured in turn.
struct Sides {
  Block nabla, yardstick;
  std::string note = {};  ///< which yardstick it is, where there were several to choose from
  double operations = 1;  ///< in a step; figures are shown for one
};

struct Row {
  std::string figure;
  Goal goal;
  std::function<Sides()> make;
  bool memory = false;  ///< bytes, measured once
};

class Peers;

std::vector<Row> training_rows(const std::shared_ptr<Peers>& peers);
std::vector<Row> fit_rows();
std::vector<Row> tape_rows(const std::shared_ptr<Peers>& peers);
std::vector<Row> function_rows();
std::vector<Row> process_rows();

}  // namespace bench
