#pragma once

#include <nabla/op.hpp>
#include <utility>
#include <vector>

namespace nabla::ops {

/// The samples of all lists, one after another.
inline std::vector<Sample> joined(std::vector<std::vector<Sample>> lists) {
  std::vector<Sample> all;
  for (std::vector<Sample>& list : lists)
    for (Sample& sample : list) all.push_back(std::move(sample));
  return all;
}

}  // namespace nabla::ops
