#pragma once

#include <nabla/apply.hpp>

namespace nabla {

/// Elements chosen along an axis, and where they stood on it (i64, without a derivative).
template <Value V>
struct ValuesAndIndices {
  V values;
  V indices;
};

}  // namespace nabla
