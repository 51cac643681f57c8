// Columns of numbers and of categories, with names.
#pragma once

#include <cstdint>
#include <nabla/data/dataset.hpp>
#include <nabla/tensor.hpp>
#include <string>
#include <variant>
#include <vector>

namespace nabla::data {

/// A column by its number, counted from 0 or with negative ones from the end, or by its name.
using ColumnKey = std::variant<std::int64_t, std::string>;

/// Numbers, or categories: the indices of names.
struct Column {
  std::string name;    ///< empty where there is none
  Tensor values = {};  ///< f64 [rows], NaN where a number is missing; or i64 [rows], −1 where a category is
  std::vector<std::string> categories = {};  ///< the name of each index; empty for numbers

  bool is_categorical() const { return values.dtype() == i64; }
};

/// The names that a column of categories may hold, in the order of their indices.
struct Categories {
  ColumnKey column;
  std::vector<std::string> names = {};  ///< empty: whatever names occur
};

struct TargetOptions {
  ColumnKey target = -1;             ///< the column to be predicted
  bool numbers_are_classes = false;  ///< a target of numbers 0, 1, 2, ... is one of class indices
  /// Of the inputs, and of a target of numbers. f32 has 7 digits: where numbers differ in later ones only, as times in
  /// seconds since 1970 do, take f64, standardise, and convert then.
  DType dtype = f32;
};

/// Columns of equally many rows. Everything throws ValueError where there is no such column, or more than one of the
/// name, and where the columns are not as they should be.
struct Table {
  std::vector<Column> columns;

  /// Number of rows.
  std::int64_t size() const { return columns.empty() ? 0 : columns.front().values.size(); }
  const Column& column(const ColumnKey& key) const;
  /// The categories of the columns that have some: for another file that is to be read in the same way.
  std::vector<Categories> categories() const;

  /// These columns, in this order.
  Table select(const std::vector<ColumnKey>& keys) const;
  /// All others.
  Table without(const std::vector<ColumnKey>& keys) const;
  /// The rows in which nothing is missing.
  Table complete_rows() const;

  /// All columns side by side, [rows, width]. A column of k categories becomes k columns, 1 in that of its category
  /// and else 0 (0 in all where it is missing). @throws DTypeError unless dtype is floating
  Tensor matrix(DType dtype = f32) const;
  /// Inputs: the matrix of all columns but the target. Targets: class indices, i64 [rows], of a column of categories;
  /// the values, [rows, 1], of a column of numbers. Inputs and values are f32 unless the options say otherwise.
  /// @throws DTypeError unless dtype is floating; ValueError also where a target is missing, or is none of the class
  /// indices that it was said to be
  Dataset dataset(const TargetOptions& options = {}) const;
};

}  // namespace nabla::data
