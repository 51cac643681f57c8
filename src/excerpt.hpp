// Text of a file as it can be shown in a message.
#pragma once

#include <string>
#include <string_view>

namespace nabla::detail {

/// The text in apostrophes: its beginning, where it is long, without control characters.
inline std::string excerpt(std::string_view text) {
  constexpr std::size_t longest = 40;
  std::string shown = "'";
  for (const char c : text.substr(0, longest)) shown += static_cast<unsigned char>(c) < ' ' || c == '\x7f' ? '?' : c;
  return shown + (text.size() > longest ? "...'" : "'");
}

}  // namespace nabla::detail
