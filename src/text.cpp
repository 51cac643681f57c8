#include <fmt/format.h>

#include <nabla/text.hpp>

namespace nabla::detail {

fmt::format_context::iterator TextFormatter::set(std::string_view text, fmt::format_context& context) const {
  return fmt::formatter<std::string_view>::format(text, context);
}

}  // namespace nabla::detail
