#include "csv_rows.hpp"

#include <fmt/core.h>

#include <nabla/error.hpp>
#include <utility>

#include "excerpt.hpp"

namespace nabla::data {
namespace {

constexpr std::string_view byte_order_mark = "\xEF\xBB\xBF";  // how some programs begin a file of UTF-8
constexpr std::size_t longest_field = std::size_t{64} << 10;  // a longer one is an error in the quotes

}  // namespace

void require_delimiter(std::string_view where, char delimiter) {
  if (delimiter == '"' || delimiter == '\n' || delimiter == '\r')
    throw ValueError(where, "The delimiter is a quote or a line end; take another character, such as ',' or ';'");
}

CsvRows::CsvRows(ByteReader& bytes, char delimiter, std::int64_t skip_lines)
    : bytes_(bytes), delimiter_(static_cast<unsigned char>(delimiter)) {
  bytes_.skip_start(byte_order_mark);
  for (int c = 0; skip_lines > 0 && c != ByteReader::end; --skip_lines) do
      c = get();
    while (c != '\n' && c != ByteReader::end);
}

bool CsvRows::next() {
  if (ahead_.empty()) return read();
  fields_ = std::move(ahead_.front());
  count_ = fields_.size();
  ahead_.pop_front();
  return true;
}

const std::deque<std::vector<CsvRows::Field>>& CsvRows::ahead(std::size_t rows) {
  std::vector<Field> row(fields().begin(), fields().end());
  while (ahead_.size() < rows && read()) ahead_.emplace_back(fields().begin(), fields().end());
  fields_ = std::move(row);
  count_ = fields_.size();
  return ahead_;
}

bool CsvRows::read() {
  for (;;) {
    if (stop_ == ByteReader::end) return false;
    count_ = 0;
    do read_field();
    while (stop_ == delimiter_);
    const bool is_empty = count_ == 1 && fields_[0].text.empty() && !fields_[0].quoted;
    if (!is_empty) return true;
  }
}

int CsvRows::get() {
  const int c = bytes_.get();
  if (c == '\n') ++line_;
  return c;
}

/// Takes the characters up to a delimiter, a line end or the end.
void CsvRows::read_field() {
  if (count_ == fields_.size()) fields_.emplace_back();
  Field& field = fields_[count_++];
  field.text.clear();
  field.line = line_;
  field.offset = bytes_.offset();
  int c = get();
  while (is_blank(c)) c = get();
  field.quoted = c == '"';
  if (field.quoted) {
    stop_ = read_quoted(field);
    return;
  }
  for (; !is_stop(c); c = get()) {
    append(field, c);
    if (c == '"')
      fail_at(field, count_ - 1, "has a quote in it; put the whole field in quotes and double those within");
  }
  while (!field.text.empty() && is_blank(static_cast<unsigned char>(field.text.back()))) field.text.pop_back();
  stop_ = c;
}

/// Takes what follows the first quote, up to the stop behind the last one, which is returned.
int CsvRows::read_quoted(Field& field) {
  for (;;) {
    int c = get();
    if (c == ByteReader::end) fail_at(field, count_ - 1, "begins with a quote that is never closed; close it");
    if (c == '"') {
      c = get();
      if (c != '"') {
        while (is_blank(c)) c = get();
        if (!is_stop(c))
          fail_at(field, count_ - 1, "goes on behind its closing quote; double the quotes within a field");
        return c;
      }
    }
    append(field, c);
  }
}

void CsvRows::append(Field& field, int c) {
  field.text.push_back(static_cast<char>(c));
  if (field.text.size() > longest_field)
    fail_at(field, count_ - 1,
            fmt::format("is longer than {} characters; check the delimiter and the quotes", longest_field));
}

void CsvRows::fail(std::size_t column, std::string_view complaint) const {
  fail_at(fields_[column], column, complaint);
}

void CsvRows::refuse(std::size_t column, FieldError::Fault fault, std::string_view finding,
                     const std::string& advice) const {
  const Field& field = fields_[column];
  const std::string text = fmt::format("{} {}", detail::excerpt(field.text), finding);
  throw FieldError(bytes_.where(), bytes_.at(place(field, column), text), advice, fault);
}

std::string CsvRows::place(const Field& field, std::size_t column) const {
  const bool named = column < names_.size() && !names_[column].empty();
  return fmt::format("line {}, column {}{}, offset {}", field.line, column + 1,
                     named ? fmt::format(" ({})", detail::excerpt(names_[column])) : "", field.offset);
}

void CsvRows::fail_at(const Field& field, std::size_t column, std::string_view complaint) const {
  bytes_.fail(place(field, column), fmt::format("{} {}", detail::excerpt(field.text), complaint));
}

}  // namespace nabla::data
