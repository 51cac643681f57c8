// What an example shows must hold: a program ends with the number of claims that failed.
#pragma once

#include <fmt/core.h>

#include <string_view>

inline int claims_failed = 0;

/// Prints the claim, and whether it is true.
inline void claim(std::string_view text, bool holds) {
  fmt::print("{} {}\n", holds ? "✓" : "✗ NOT TRUE:", text);
  if (!holds) ++claims_failed;
}
