// One case: its call is recorded, and everything the corpus knows of it is compared.
#pragma once

#include <string>
#include <vector>

#include "corpus.hpp"
#include "table.hpp"

namespace reference {

/// What did not agree.
struct Miss {
  Quantity quantity;
  std::string what;
};

struct CaseReport {
  std::vector<Miss> misses;
  /// The corpus is wrong here, and what is known to be wrong was not compared: second derivatives and gradients of an
  /// Entry that says so, and NaN for a second derivative where the values and the gradient are finite.
  bool corrected = false;
};

/// Values, the gradient of S = Σ ⟨cotangent, output⟩, the gradient of Σ ⟨∂S/∂x, v⟩ over all inputs, and the derivatives
/// of the outputs along v. An exception is a miss of what was asked for when it was thrown. With `strict` everything is
/// compared, even where the corpus is known to be wrong.
CaseReport run_case(const Case& c, const Entry& entry, bool strict);

}  // namespace reference
