// Checks that layers share.
#pragma once

#include <fmt/core.h>

#include <nabla/dtype.hpp>
#include <nabla/error.hpp>
#include <string_view>

namespace nabla::nn {

inline DType checked_dtype(std::string_view where, DType dtype) {
  if (!is_floating(dtype)) throw DTypeError(where, fmt::format("Parameters of {}; they must be f32 or f64", dtype));
  return dtype;
}

inline std::int64_t at_least_one(std::string_view where, std::string_view what, std::int64_t count) {
  if (count < 1) throw ValueError(where, fmt::format("{} is {}; it must be 1 or more", what, count));
  return count;
}

}  // namespace nabla::nn
