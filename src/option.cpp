#include <fmt/format.h>

#include <nabla/error.hpp>
#include <nabla/option.hpp>

namespace nabla::detail {

double checked(std::string_view where, std::string_view option, double value, double low, double high) {
  if (!(value >= low && value <= high))
    throw ValueError(where, fmt::format("{} is {}; it must lie between {} and {}", option, value, low, high));
  return value;
}

void require_one_shape(std::string_view where, const Shape& a, const Shape& b) {
  if (a != b)
    throw ShapeError(where, fmt::format("Operands of shapes {} and {}; all must have one shape, see reshape() and "
                                        "expand()",
                                        a, b));
}

}  // namespace nabla::detail
