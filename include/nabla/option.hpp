// Checks of what a call is given beside its operands, for functions that are templates.
#pragma once

#include <limits>
#include <nabla/shape.hpp>
#include <string_view>

namespace nabla::detail {

/// The value. @throws ValueError, naming `where` and the option, unless low ≤ value ≤ high
double checked(std::string_view where, std::string_view option, double value, double low,
               double high = std::numeric_limits<double>::infinity());

/// @throws ShapeError, naming `where`, unless a and b are equal
void require_one_shape(std::string_view where, const Shape& a, const Shape& b);

}  // namespace nabla::detail
