// What the attributes of several operations are checked for.
#pragma once

#include <fmt/core.h>

#include <nabla/error.hpp>
#include <string_view>

namespace nabla::ops {

/// @throws ValueError, also for NaN
inline void require_positive(std::string_view where, std::string_view name, double value) {
  if (!(value > 0)) throw ValueError(where, fmt::format("{} is {}; it must be positive", name, value));
}
inline void require_not_negative(std::string_view where, std::string_view name, double value) {
  if (!(value >= 0)) throw ValueError(where, fmt::format("{} is {}; it must not be negative", name, value));
}
inline void require_ordered(std::string_view where, double low, double high) {
  if (!(low <= high))
    throw ValueError(where, fmt::format("The bounds are {} and {}; the lower one must come first", low, high));
}

}  // namespace nabla::ops
