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
  /// The corpus has second derivatives that are not the function's, and that were set right before the comparison:
  /// those of an entry with second_is_zero, and NaN where the values and the first derivatives are finite.
  bool corrected = false;
};

/// Values, the gradient of S = Σ ⟨cotangent, output⟩, the gradient of Σ ⟨∂S/∂x, v⟩ over all inputs, and the derivatives
/// of the outputs along v. An exception is a miss of what was asked for when it was thrown.
CaseReport run_case(const Case& c, const Entry& entry);

}  // namespace reference
