// The rows of a table in text.
#pragma once

#include <cstdint>
#include <deque>
#include <nabla/data/csv.hpp>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "byte_reader.hpp"

namespace nabla::data {

/// @throws ValueError, as of `where`, for one that means something else
void require_delimiter(std::string_view where, char delimiter);

/// Takes content apart into fields, as RFC 4180 says. Lines and columns of messages count from 1, as in an editor.
class CsvRows {
 public:
  struct Field {
    std::string text;  // without the blanks and the quotes around it
    bool quoted = false;
    std::int64_t line = 0;
    std::uint64_t offset = 0;
  };

  CsvRows(ByteReader& bytes, char delimiter, std::int64_t skip_lines);

  /// Reads the next row that is not empty; false at the end. @throws IoError
  bool next();
  std::span<const Field> fields() const { return std::span(fields_).first(count_); }

  /// The rows that next() is going to read, up to so many. @throws IoError
  const std::deque<std::vector<Field>>& ahead(std::size_t rows);

  /// @throws IoError that names the place and cites the field
  [[noreturn]] void fail(std::size_t column, std::string_view complaint) const;
  /// @throws FieldError, likewise
  [[noreturn]] void refuse(std::size_t column, FieldError::Fault fault, std::string_view finding,
                           const std::string& advice) const;
  /// Names of the columns, for messages.
  void set_names(std::vector<std::string> names) { names_ = std::move(names); }

 private:
  bool read();
  int get();
  void read_field();
  int read_quoted(Field& field);
  bool is_blank(int c) const { return (c == ' ' || c == '\t' || c == '\r') && c != delimiter_; }
  bool is_stop(int c) const { return c == delimiter_ || c == '\n' || c == ByteReader::end; }
  void append(Field& field, int c);
  std::string place(const Field& field, std::size_t column) const;
  [[noreturn]] void fail_at(const Field& field, std::size_t column, std::string_view complaint) const;

  ByteReader& bytes_;
  int delimiter_;
  std::int64_t line_ = 1;
  std::vector<Field> fields_;  // of the row, and room for more
  std::size_t count_ = 0;
  std::deque<std::vector<Field>> ahead_;
  int stop_ = '\n';  // what ended the last field
  std::vector<std::string> names_;
};

}  // namespace nabla::data
