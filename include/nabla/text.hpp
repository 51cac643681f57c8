// fmt support for types that have a to_string().
#pragma once

#include <fmt/core.h>

#include <string>
#include <string_view>

namespace nabla::detail {

/// The width, alignment and fill of a format string, and text set in it.
class TextFormatter : public fmt::formatter<std::string_view> {
 public:
  template <class T>
  auto format(const T& value, fmt::format_context& context) const {
    return set(to_string(value), context);
  }

 protected:
  /// Compiled in the library: fmt/core.h only declares it.
  fmt::format_context::iterator set(std::string_view text, fmt::format_context& context) const;
};

}  // namespace nabla::detail
