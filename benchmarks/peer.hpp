// What every peer's program does: it reads lines "ROW STEPS" from its standard input, and answers each with the
// nanoseconds of a step.
#pragma once

#include <functional>
#include <iostream>
#include <map>
#include <string>

#include "measure.hpp"

namespace bench {

/// The steps by the names of their rows; each is made when its row is first asked for. The first line that is written
/// lists the names.
inline int serve(const std::map<std::string, std::function<Block()>>& rows) {
  for (const auto& [name, make] : rows) std::cout << name << ' ';
  std::cout << std::endl;
  std::map<std::string, Block> made;
  std::string row;
  for (long steps; std::cin >> row >> steps;) {
    if (!made.contains(row)) made.emplace(row, rows.at(row)());
    std::cout << made.at(row)(steps) << std::endl;
  }
  return 0;
}

}  // namespace bench
