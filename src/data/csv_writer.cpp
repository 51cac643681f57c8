#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <iterator>
#include <nabla/data/csv.hpp>
#include <string_view>

#include "csv_rows.hpp"
#include "io/replace_file.hpp"
#include "sound_table.hpp"

namespace nabla::data {
namespace {

/// As a field that is read as the same text: in quotes where it must be.
std::string field(std::string_view text, char delimiter) {
  constexpr std::string_view blanks = " \t";
  const bool needs_quotes =
      text.find_first_of("\"\r\n") != text.npos || text.find(delimiter) != text.npos ||
      (!text.empty() && (blanks.find(text.front()) != blanks.npos || blanks.find(text.back()) != blanks.npos));
  if (!needs_quotes) return std::string(text);
  std::string quoted = "\"";
  for (const char c : text) quoted.append(c == '"' ? 2 : 1, c);
  return quoted + '"';
}

/// The texts of a column, row by row.
std::vector<std::string> texts(const Column& column, char delimiter) {
  std::vector<std::string> texts;
  const Tensor values = column.values.contiguous();
  if (column.is_categorical()) {
    for (const std::int64_t index : values.data<std::int64_t>())
      texts.push_back(index < 0 ? "" : field(column.categories[static_cast<std::size_t>(index)], delimiter));
  } else {
    for (const double number : values.data<double>())
      texts.push_back(std::isnan(number) ? "" : fmt::format("{}", number));
  }
  return texts;
}

}  // namespace

std::string to_csv(const Table& table, char delimiter) {
  require_delimiter("to_csv", delimiter);
  require_sound("to_csv", table);
  std::vector<std::vector<std::string>> columns;
  for (const Column& column : table.columns) columns.push_back(texts(column, delimiter));
  std::string csv;
  const auto append_row = [&](auto text_of) {
    for (std::size_t i = 0; i < columns.size(); ++i) {
      if (i > 0) csv += delimiter;
      const std::string& text = text_of(i);
      // A line without characters would be an empty line, and no row.
      csv += columns.size() == 1 && text.empty() ? std::string("\"\"") : text;
    }
    csv += '\n';
  };
  std::vector<std::string> names;
  for (const Column& column : table.columns) names.push_back(field(column.name, delimiter));
  if (std::ranges::any_of(names, [](const std::string& name) { return !name.empty(); }))
    append_row([&](std::size_t i) -> const std::string& { return names[i]; });
  for (std::size_t row = 0; row < static_cast<std::size_t>(table.size()); ++row)
    append_row([&](std::size_t i) -> const std::string& { return columns[i][row]; });
  return csv;
}

void write_csv(const std::string& path, const Table& table, char delimiter) {
  io::replace_file("write_csv", path, to_csv(table, delimiter));
}

}  // namespace nabla::data
