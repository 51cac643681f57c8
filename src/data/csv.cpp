#include <fmt/core.h>

#include <charconv>
#include <cmath>
#include <nabla/data/csv.hpp>
#include <nabla/error.hpp>
#include <string_view>
#include <system_error>
#include <vector>

#include "excerpt.hpp"
#include "number_table.hpp"

namespace nabla::data {
namespace {

constexpr std::string_view byte_order_mark = "\xEF\xBB\xBF";  // how some programs begin a file of UTF-8
constexpr std::size_t longest_field = 4096;                   // no number needs more characters

std::string_view trimmed(std::string_view text) {
  constexpr std::string_view blanks = " \t\r";
  const std::size_t first = text.find_first_not_of(blanks);
  if (first == std::string_view::npos) return {};
  return text.substr(first, text.find_last_not_of(blanks) - first + 1);
}

class TableReader {
 public:
  TableReader(ByteReader& bytes, char delimiter) : bytes_(bytes), delimiter_(static_cast<unsigned char>(delimiter)) {}

  void skip_lines(std::int64_t n) {
    for (int c = 0; n > 0 && c != ByteReader::end; --n, ++line_) do
        c = bytes_.get();
      while (c != '\n' && c != ByteReader::end);
  }

  Tensor read() {
    while (read_line()) ++line_;
    if (values_.empty())
      bytes_.fail(fmt::format("offset {}", bytes_.offset()),
                  "There is no row of numbers; give a table of at least one row");
    return Tensor::copy_of({static_cast<std::int64_t>(values_.size()) / columns_, columns_}, values_);
  }

 private:
  /// Appends the numbers of one line to the table. False at the end of the content.
  bool read_line() {
    const std::uint64_t line_start = bytes_.offset();
    column_ = 0;
    int stop = delimiter_;
    while (stop == delimiter_) {
      ++column_;
      stop = read_field();
      const bool empty_line = column_ == 1 && stop != delimiter_ && trimmed(field_).empty();
      if (empty_line) return stop != ByteReader::end;
      values_.push_back(number());
    }
    if (columns_ == 0) columns_ = column_;
    if (column_ != columns_)
      bytes_.fail(fmt::format("line {}, offset {}", line_, line_start),
                  fmt::format("The number of columns is {} here and {} in the first row; all rows must be equally long",
                              column_, columns_));
    return stop != ByteReader::end;
  }

  /// Takes the characters up to a delimiter, a line end or the end, and returns which of these it was.
  int read_field() {
    field_.clear();
    field_start_ = bytes_.offset();
    for (;;) {
      const int c = bytes_.get();
      if (c == delimiter_ || c == '\n' || c == ByteReader::end) return c;
      field_.push_back(static_cast<char>(c));
      if (field_.size() > longest_field) fail_field("is too long for a number; check the delimiter");
    }
  }

  double number() const {
    std::string_view text = trimmed(field_);
    if (line_ == 1 && column_ == 1 && text.starts_with(byte_order_mark)) text.remove_prefix(byte_order_mark.size());
    if (text.size() > 1 && text[0] == '+' && text[1] != '-') text.remove_prefix(1);  // from_chars takes no plus sign
    double value = 0;
    const auto [stop, error] = std::from_chars(text.data(), text.data() + text.size(), value);
    if (error == std::errc::result_out_of_range) fail_field("is outside the range of f64; rescale the data");
    if (error != std::errc() || stop != text.data() + text.size())
      fail_field("is not a number; skip a header with skip_lines and remove other text");
    return value;
  }

  [[noreturn]] void fail_field(std::string_view complaint) const {
    bytes_.fail(fmt::format("line {}, column {}, offset {}", line_, column_, field_start_),
                fmt::format("{} {}", detail::excerpt(trimmed(field_)), complaint));
  }

  ByteReader& bytes_;
  int delimiter_;
  std::vector<double> values_;
  std::int64_t columns_ = 0;  // of the first row; 0 before it
  std::int64_t line_ = 1;
  std::int64_t column_ = 0;
  std::string field_;
  std::uint64_t field_start_ = 0;
};

}  // namespace

Tensor read_table(ByteReader& bytes, char delimiter, std::int64_t skip_lines) {
  TableReader reader(bytes, delimiter);
  reader.skip_lines(skip_lines);
  return reader.read();
}

Dataset table_to_dataset(const ByteReader& bytes, const Tensor& table, std::int64_t target_column, double scale) {
  const std::int64_t rows = table.shape()[0], columns = table.shape()[1];
  const std::int64_t target = target_column < 0 ? target_column + columns : target_column;
  if (target < 0 || target >= columns)
    throw ValueError("load_csv_dataset",
                     fmt::format("target_column {} is none of the {} columns; take one from {} to {}", target_column,
                                 columns, -columns, columns - 1));
  constexpr double largest_index = 0x1p53;  // beyond it not every integer is an f64
  Tensor inputs = Tensor::uninitialized({rows, columns - 1}, f32);
  Tensor targets = Tensor::uninitialized({rows}, i64);
  const double* value = table.data<double>().data();
  float* input = inputs.mutable_data<float>().data();
  std::int64_t* index = targets.mutable_data<std::int64_t>().data();
  for (std::int64_t row = 0; row < rows; ++row)
    for (std::int64_t column = 0; column < columns; ++column, ++value) {
      if (column != target) {
        *input++ = static_cast<float>(*value * scale);
      } else if (*value >= 0 && *value <= largest_index && *value == std::floor(*value)) {
        *index++ = static_cast<std::int64_t>(*value);
      } else {
        bytes.fail(fmt::format("row {}, column {}", row + 1, column + 1),
                   fmt::format("Target {} is no class index; classes are numbered 0, 1, ...", *value));
      }
    }
  return {std::move(inputs), std::move(targets)};
}

Tensor load_csv(const std::string& path, const CsvOptions& options) {
  ByteReader bytes("load_csv", path);
  return read_table(bytes, options.delimiter, options.skip_lines);
}

Dataset load_csv_dataset(const std::string& path, const CsvDatasetOptions& options) {
  ByteReader bytes("load_csv_dataset", path);
  const Tensor table = read_table(bytes, options.delimiter, options.skip_lines);
  return table_to_dataset(bytes, table, options.target_column, options.scale);
}

}  // namespace nabla::data
