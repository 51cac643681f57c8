#include "table.hpp"

#include <algorithm>

namespace nabla {
namespace {

// Characters of UTF-8 text: every byte but continuation bytes.
std::size_t width(const std::string& text) {
  return static_cast<std::size_t>(
      std::count_if(text.begin(), text.end(), [](char c) { return (static_cast<unsigned char>(c) & 0xC0) != 0x80; }));
}

}  // namespace

std::string table(std::vector<std::string> heads, const std::vector<std::vector<std::string>>& rows) {
  std::vector<bool> left(heads.size());
  for (std::size_t k = 0; k < heads.size(); ++k) {
    left[k] = heads[k].starts_with('<');
    if (left[k]) heads[k].erase(0, 1);
  }
  std::vector<std::vector<std::string>> lines = {heads};
  lines.insert(lines.end(), rows.begin(), rows.end());

  std::vector<std::size_t> widths(heads.size(), 0);
  for (const auto& line : lines)
    for (std::size_t k = 0; k < line.size(); ++k) widths[k] = std::max(widths[k], width(line[k]));

  std::string text;
  for (const auto& line : lines) {
    std::string row;
    for (std::size_t k = 0; k < line.size(); ++k) {
      const std::string blanks(widths[k] - width(line[k]), ' ');
      row += (k > 0 ? "  " : "") + (left[k] ? line[k] + blanks : blanks + line[k]);
    }
    row.erase(row.find_last_not_of(' ') + 1);
    text += (text.empty() ? "" : "\n") + row;
  }
  return text;
}

}  // namespace nabla
