#include "text.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <numeric>

namespace nabla_train {
namespace {

/// The optimal string alignment distance: no part of a word is edited twice.
std::size_t edits(std::string_view a, std::string_view b) {
  const std::size_t columns = b.size() + 1;
  std::vector<std::size_t> d((a.size() + 1) *
                             columns);  // d[i, j] edits make the first j letters of b of the first i of a
  const auto at = [&](std::size_t i, std::size_t j) -> std::size_t& { return d[i * columns + j]; };
  for (std::size_t i = 0; i <= a.size(); ++i) at(i, 0) = i;
  for (std::size_t j = 0; j <= b.size(); ++j) at(0, j) = j;
  for (std::size_t i = 1; i <= a.size(); ++i)
    for (std::size_t j = 1; j <= b.size(); ++j) {
      at(i, j) = std::min({at(i - 1, j) + 1, at(i, j - 1) + 1, at(i - 1, j - 1) + (a[i - 1] == b[j - 1] ? 0 : 1)});
      if (i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1])
        at(i, j) = std::min(at(i, j), at(i - 2, j - 2) + 1);
    }
  return d.back();
}

/// Columns of UTF-8: its continuation bytes take none.
std::size_t columns(std::string_view text) {
  return static_cast<std::size_t>(std::ranges::count_if(text, [](char c) { return (c & 0xC0) != 0x80; }));
}

}  // namespace

std::string joined(std::span<const std::string> words, std::string_view separator) {
  return fmt::format("{}", fmt::join(words, separator));
}

std::vector<std::string> separated(std::string_view list) {
  std::vector<std::string> parts;
  for (std::size_t first = 0, end = 0; end != std::string_view::npos; first = end + 1) {
    end = list.find(',', first);
    parts.emplace_back(list.substr(first, end - first));
  }
  return parts;
}

std::string nearest(std::string_view typed, std::span<const std::string> names) {
  const auto best = std::ranges::min_element(names, {}, [&](const std::string& name) { return edits(typed, name); });
  if (best == names.end() || edits(typed, *best) * 3 > std::max(best->size(), typed.size())) return {};
  return *best;
}

std::string unknown(std::string_view what, std::string_view typed, std::span<const std::string> names) {
  const std::string meant = nearest(typed, names);
  return fmt::format("unknown {} '{}'; {}known: {}", what, typed,
                     meant.empty() ? "" : fmt::format("did you mean {}? ", meant), joined(names));
}

std::string wrapped(std::string_view text, std::size_t width, std::size_t indent) {
  std::string result;
  std::size_t column = 0;
  while (!text.empty()) {
    const std::size_t end = std::min(text.find(' '), text.size());
    const std::string_view word = text.substr(0, end);
    text.remove_prefix(std::min(end + 1, text.size()));
    if (column > 0 && column + 1 + columns(word) > width) {
      result += '\n' + std::string(indent, ' ');
      column = 0;
    } else if (column > 0) {
      result += ' ';
      ++column;
    }
    result += word;
    column += columns(word);
  }
  return result;
}

}  // namespace nabla_train
