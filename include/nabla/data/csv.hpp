// Tables in text.
#pragma once

#include <cstdint>
#include <nabla/data/table.hpp>
#include <nabla/error.hpp>
#include <nabla/tensor.hpp>
#include <optional>
#include <string>
#include <vector>

namespace nabla::data {

/// What becomes of a field without a value.
enum class Missing {
  error,     ///< it is an error
  keep,      ///< NaN, or no category
  drop_row,  ///< its row is left out
};

struct CsvOptions {
  char delimiter = ',';
  std::int64_t skip_lines = 0;  ///< lines before the header, or before the first row where there is none
  /// Whether the first row holds the names of the columns. Left out, it does if none of its fields is a number, or if a
  /// column has text in it and numbers alone in the next 100 rows. So the first row of a table whose columns all hold
  /// text is taken for a header, and names that are all numbers are taken for values: say here what is so.
  std::optional<bool> header = {};
  Missing missing = Missing::error;
  std::vector<std::string> missing_texts = {"", "NA"};  ///< what stands for no value
  std::vector<Categories> categories = {};              ///< columns of categories, though they may look like numbers
};

/// A field that its column does not take, for programs that have advice of their own.
class FieldError : public IoError {
 public:
  enum class Fault { missing, not_a_number };
  /// @param finding  what is wrong, and where
  FieldError(std::string_view where, const std::string& finding, const std::string& advice, Fault fault)
      : IoError(where, finding + "; " + advice), finding_(finding), fault_(fault) {}

  /// The message without `where` and advice.
  const std::string& finding() const noexcept { return finding_; }
  Fault fault() const noexcept { return fault_; }

 private:
  std::string finding_;
  Fault fault_;
};

/// A table in the format of RFC 4180: a field may stand in quotes, and may then hold delimiters, line ends and,
/// doubled, quotes. Blanks around fields and empty lines are passed over, \n is a line end as \r\n is, and a gzip file
/// is recognised by its content and inflated.
///
/// A column whose first value is a number holds numbers only, any other one categories; these are sorted, as numbers
/// where all of them are such, else byte by byte. Numbers are decimal with a point, whatever the locale; inf and nan
/// are numbers.
/// @throws FieldError, naming the file, line, column and offset, for a number that is none, and for a missing value;
/// IoError, likewise, for a number outside f64's range, a category that is not allowed, rows of unequal length, quotes
/// that are not as they should be, two columns of one name, and a file that is missing or without rows; ValueError for
/// options that cannot be
Table read_csv(const std::string& path, const CsvOptions& options = {});

/// The matrix of the table, f64 [rows, columns]: for files of numbers alone. @throws as read_csv
Tensor load_csv(const std::string& path, const CsvOptions& options = {});

/// A table in the same format, with a header if any column has a name. Numbers have as many digits as tell them apart
/// from their neighbours; what is missing is left empty. read_csv reads the same table back, if it is told the
/// categories.
/// @throws ValueError for columns that are not as they should be, and a delimiter that cannot be one
std::string to_csv(const Table& table, char delimiter = ',');
/// The same to a file, which is replaced whole or not at all. @throws IoError also, when it cannot be written
void write_csv(const std::string& path, const Table& table, char delimiter = ',');

}  // namespace nabla::data
