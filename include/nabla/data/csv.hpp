// Tables of numbers in text.
#pragma once

#include <cstdint>
#include <nabla/data/dataset.hpp>
#include <nabla/tensor.hpp>
#include <string>

namespace nabla::data {

struct CsvOptions {
  char delimiter = ',';
  std::int64_t skip_lines = 0;  ///< lines before the first row, such as a header
};

/// A table of numbers, f64 [rows, columns]. Numbers are decimal with a point, whatever the locale; inf and nan are
/// numbers; blanks around a number and empty lines are passed over. A gzip file is recognised by its content and
/// inflated.
/// @throws IoError, naming the file, line, column and offset, for text that is no number or outside f64's range, rows
/// of unequal length, and a file that is missing or without rows
Tensor load_csv(const std::string& path, const CsvOptions& options = {});

struct CsvDatasetOptions {
  char delimiter = ',';
  std::int64_t skip_lines = 0;      ///< lines before the first row, such as a header
  std::int64_t target_column = -1;  ///< column of class indices; negative counts from the end
  double scale = 1;                 ///< what the inputs are multiplied by
};

/// A table with one column of class indices: inputs f32 [rows, columns - 1], targets i64 [rows].
/// @throws IoError as load_csv, and for a target that is no class index 0, 1, ...; ValueError when there is no such
/// column
Dataset load_csv_dataset(const std::string& path, const CsvDatasetOptions& options = {});

}  // namespace nabla::data
