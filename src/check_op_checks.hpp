// What is checked of every operation.
#pragma once

#include <span>
#include <string>
#include <string_view>

#include "check_op_trial.hpp"

namespace nabla::checking {

/// What a check found on one trial: how far off it was, and what to say if that is too much.
struct Finding {
  double difference = 0;
  bool passed = true;
  std::string what = {};
};

struct Check {
  std::string_view name;
  bool (*applies)(const Trial&);
  Finding (*run)(const Trial&);
};

/// All of them, in the order of the report.
std::span<const Check> checks();

}  // namespace nabla::checking
