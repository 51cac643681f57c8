#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <cmath>
#include <deque>
#include <limits>
#include <map>
#include <nabla/data/csv.hpp>
#include <nabla/error.hpp>
#include <numeric>
#include <string_view>
#include <system_error>
#include <vector>

#include "csv_reader.hpp"
#include "csv_rows.hpp"
#include "excerpt.hpp"

namespace nabla::data {
namespace {

constexpr double nothing = std::numeric_limits<double>::quiet_NaN();

/// Whether the text is a number, though perhaps one outside f64's range.
bool is_number(std::string_view text, double& value, bool& in_range) {
  if (text.size() > 1 && text[0] == '+' && text[1] != '-') text.remove_prefix(1);  // from_chars takes no plus sign
  const auto [stop, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  in_range = error != std::errc::result_out_of_range;
  return (error == std::errc() || !in_range) && stop == text.data() + text.size();
}

bool is_number(std::string_view text) {
  double value = 0;
  bool in_range = false;
  return is_number(text, value, in_range);
}

double to_number(std::string_view text) {
  double value = 0;
  bool in_range = false;
  is_number(text, value, in_range);
  return value;
}

/// Gathers the values of one column.
class ColumnBuilder {
 public:
  /// These categories and no others; any, if there are none.
  void expect(const std::vector<std::string>& categories) {
    kind_ = Kind::categories;
    fixed_ = !categories.empty();
    for (const std::string& name : categories) index_of(name);
  }

  void append_nothing() { values_.push_back(nothing); }
  void append(const CsvRows& rows, std::size_t column) {
    const std::string& text = rows.fields()[column].text;
    if (kind_ == Kind::unknown) kind_ = is_number(text) ? Kind::numbers : Kind::categories;
    if (kind_ == Kind::numbers) {
      double value = 0;
      bool in_range = true;
      if (!is_number(text, value, in_range))
        rows.refuse(column, FieldError::Fault::not_a_number, "is not a number, as the first value of the column is",
                    "mend it, or declare the column in categories");
      if (!in_range) rows.fail(column, "is outside the range of f64; rescale the data");
      values_.push_back(value);
    } else {
      if (fixed_ && !indices_.contains(text))
        rows.fail(column, fmt::format("is none of the {} categories of the column; there are {}", names_.size(),
                                      fmt::join(names_, ", ")));
      values_.push_back(static_cast<double>(index_of(text)));
    }
  }

  Column finish(std::string name) const {
    const auto rows = static_cast<std::int64_t>(values_.size());
    if (kind_ != Kind::categories) return {.name = std::move(name), .values = Tensor::copy_of({rows}, values_)};
    const std::vector<std::size_t> order = sorted();
    std::vector<std::int64_t> new_index(order.size());
    std::vector<std::string> names;
    for (std::size_t old : order) {
      new_index[old] = static_cast<std::int64_t>(names.size());
      names.push_back(names_[old]);
    }
    Tensor values = Tensor::uninitialized({rows}, i64);
    std::ranges::transform(values_, values.mutable_data<std::int64_t>().begin(), [&](double index) {
      return std::isnan(index) ? -1 : new_index[static_cast<std::size_t>(index)];
    });
    return {.name = std::move(name), .values = std::move(values), .categories = std::move(names)};
  }

 private:
  enum class Kind { unknown, numbers, categories };

  std::int64_t index_of(const std::string& name) {
    const auto [place, is_new] = indices_.try_emplace(name, static_cast<std::int64_t>(names_.size()));
    if (is_new) names_.push_back(name);
    return place->second;
  }

  /// The indices in the order of names that the column is to have.
  std::vector<std::size_t> sorted() const {
    std::vector<std::size_t> order(names_.size());
    std::iota(order.begin(), order.end(), std::size_t{0});
    if (fixed_) return order;
    const bool by_number = std::ranges::all_of(names_, [](const std::string& name) { return is_number(name); });
    std::ranges::sort(order, [&](std::size_t a, std::size_t b) {
      if (by_number && to_number(names_[a]) != to_number(names_[b])) return to_number(names_[a]) < to_number(names_[b]);
      return names_[a] < names_[b];
    });
    return order;
  }

  Kind kind_ = Kind::unknown;  // until there is a value
  bool fixed_ = false;
  std::vector<double> values_;                                // numbers, or indices into names_
  std::vector<std::string> names_;                            // categories, as they were met
  std::map<std::string, std::int64_t, std::less<>> indices_;  // into names_
};

class TableBuilder {
 public:
  TableBuilder(ByteReader& bytes, const CsvOptions& options)
      : bytes_(bytes), options_(options), rows_(bytes, options.delimiter, options.skip_lines) {}

  Table read() {
    bool more = rows_.next();
    if (more) {
      columns_.resize(rows_.fields().size());
      names_.resize(columns_.size());
      if (options_.header ? *options_.header : looks_like_header()) {
        take_names();
        more = rows_.next();
      }
      declare_categories();
    }
    std::size_t rows = 0;
    for (; more; more = rows_.next()) rows += append_row();
    const std::string end = fmt::format("offset {}", bytes_.offset());
    if (rows == 0 && dropped_ == 0) bytes_.fail(end, "There is no row of values; give a table of at least one row");
    if (rows == 0)
      throw FieldError(bytes_.where(), bytes_.at(end, "In every row something is missing"),
                       "keep such rows, or tell what stands for no value", FieldError::Fault::missing);
    Table table;
    for (std::size_t i = 0; i < columns_.size(); ++i) table.columns.push_back(columns_[i].finish(names_[i]));
    return table;
  }

 private:
  bool looks_like_header() {
    if (std::ranges::none_of(rows_.fields(), [](const CsvRows::Field& field) { return is_number(field.text); }))
      return true;
    const auto& later = rows_.ahead(rows_to_compare);
    for (std::size_t i = 0; i < columns_.size(); ++i)
      if (const CsvRows::Field& field = rows_.fields()[i];
          !is_missing(field) && !is_number(field.text) && holds_numbers(later, i))
        return true;
    return false;
  }

  /// Whether there are numbers in the column, and nothing else.
  bool holds_numbers(const std::deque<std::vector<CsvRows::Field>>& rows, std::size_t column) const {
    bool any = false;
    for (const std::vector<CsvRows::Field>& row : rows) {
      if (column >= row.size() || is_missing(row[column])) continue;
      if (!is_number(row[column].text)) return false;
      any = true;
    }
    return any;
  }

  void take_names() {
    std::map<std::string_view, std::size_t> seen;
    for (std::size_t i = 0; i < names_.size(); ++i) {
      names_[i] = rows_.fields()[i].text;
      const auto [first, is_new] = seen.try_emplace(names_[i], i);
      if (!is_new && !names_[i].empty())
        rows_.fail(i, fmt::format("is the name of column {} too; rename one of them", first->second + 1));
    }
    rows_.set_names(names_);
  }

  void declare_categories() {
    Table header;
    for (const std::string& name : names_) header.columns.push_back({.name = name});
    for (const Categories& declared : options_.categories)
      columns_[static_cast<std::size_t>(&header.column(declared.column) - header.columns.data())].expect(
          declared.names);
  }

  bool is_missing(const CsvRows::Field& field) const {
    return std::ranges::find(options_.missing_texts, field.text) != options_.missing_texts.end();
  }

  /// Whether the row was kept.
  bool append_row() {
    const auto fields = rows_.fields();
    if (fields.size() != columns_.size())
      bytes_.fail(fmt::format("line {}, offset {}", fields[0].line, fields[0].offset),
                  fmt::format("The number of columns is {} here and {} in the first row; all rows must be equally long",
                              fields.size(), columns_.size()));
    if (options_.missing == Missing::drop_row && std::ranges::any_of(fields, [&](auto& f) { return is_missing(f); })) {
      ++dropped_;
      return false;
    }
    for (std::size_t i = 0; i < fields.size(); ++i) {
      if (!is_missing(fields[i]))
        columns_[i].append(rows_, i);
      else if (options_.missing == Missing::keep)
        columns_[i].append_nothing();
      else
        rows_.refuse(i, FieldError::Fault::missing, "stands for no value",
                     "keep it as NaN with Missing::keep, or leave its row out with Missing::drop_row");
    }
    return true;
  }

  static constexpr std::size_t rows_to_compare = 100;  // with what may be a header

  ByteReader& bytes_;
  const CsvOptions& options_;
  CsvRows rows_;
  std::vector<ColumnBuilder> columns_;
  std::vector<std::string> names_;
  std::size_t dropped_ = 0;  // rows
};

}  // namespace

Table read_csv(ByteReader& bytes, const CsvOptions& options) { return TableBuilder(bytes, options).read(); }

Table read_csv(const std::string& path, const CsvOptions& options) {
  require_delimiter("read_csv", options.delimiter);
  ByteReader bytes("read_csv", path);
  return read_csv(bytes, options);
}

Tensor load_csv(const std::string& path, const CsvOptions& options) { return read_csv(path, options).matrix(f64); }

}  // namespace nabla::data
