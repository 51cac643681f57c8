#include "html.hpp"

#include <fmt/format.h>

#include <cstddef>
#include <cstdint>

namespace nabla::train {
namespace {

/// The length of the character that the text begins with; 0 where that is no UTF-8 (RFC 3629).
std::size_t character_length(std::string_view text) {
  const auto byte = [&](std::size_t i) -> std::uint8_t {
    return i < text.size() ? static_cast<std::uint8_t>(text[i]) : 0;
  };
  const auto within = [&](std::size_t i, int low, int high) { return low <= byte(i) && byte(i) <= high; };
  const auto continued = [&](std::size_t first, std::size_t end) {
    for (std::size_t i = first; i < end; ++i)
      if (!within(i, 0x80, 0xBF)) return false;
    return true;
  };
  if (within(0, 0x00, 0x7F)) return 1;
  if (within(0, 0xC2, 0xDF)) return continued(1, 2) ? 2 : 0;
  if (within(0, 0xE0, 0xEF))
    return within(1, byte(0) == 0xE0 ? 0xA0 : 0x80, byte(0) == 0xED ? 0x9F : 0xBF) && continued(2, 3) ? 3 : 0;
  if (within(0, 0xF0, 0xF4))
    return within(1, byte(0) == 0xF0 ? 0x90 : 0x80, byte(0) == 0xF4 ? 0x8F : 0xBF) && continued(2, 4) ? 4 : 0;
  return 0;
}

}  // namespace

std::string escaped(std::string_view text) {
  constexpr std::string_view replacement = "\xEF\xBF\xBD";
  std::string result;
  while (!text.empty()) {
    const std::size_t length = character_length(text);
    const char c = text.front();
    const bool control = static_cast<unsigned char>(c) < ' ' || c == '\x7F';
    if (length == 0 || (control && c != '\n' && c != '\t'))
      result += replacement;
    else if (c == '&')
      result += "&amp;";
    else if (c == '<')
      result += "&lt;";
    else if (c == '>')
      result += "&gt;";
    else if (c == '"')
      result += "&quot;";
    else
      result += text.substr(0, length);
    text.remove_prefix(length == 0 ? 1 : length);
  }
  return result;
}

std::string scrollable(std::string_view label, std::string_view html) {
  return fmt::format("<div class=\"scroll\" role=\"group\" aria-label=\"{}\" tabindex=\"0\">\n{}</div>\n",
                     escaped(label), html);
}

std::string html_table(std::string_view caption, const std::vector<std::string>& heads,
                       const std::vector<std::vector<std::string>>& rows) {
  std::vector<std::string_view> alignment;
  std::string html = fmt::format("<table>\n<caption>{}</caption>\n<thead>\n<tr>", escaped(caption));
  for (std::string_view head : heads) {
    const bool left = head.starts_with('<');
    if (left) head.remove_prefix(1);
    alignment.push_back(left ? " class=\"left\"" : "");
    html += fmt::format("<th scope=\"col\"{}>{}</th>", alignment.back(), escaped(head));
  }
  html += "</tr>\n</thead>\n<tbody>\n";
  for (const std::vector<std::string>& row : rows) {
    html += "<tr>";
    for (std::size_t k = 0; k < row.size(); ++k)
      html += k == 0 ? fmt::format("<th scope=\"row\"{}>{}</th>", alignment[k], escaped(row[k]))
                     : fmt::format("<td{}>{}</td>", alignment[k], escaped(row[k]));
    html += "</tr>\n";
  }
  return scrollable(caption, html + "</tbody>\n</table>\n");
}

}  // namespace nabla::train
