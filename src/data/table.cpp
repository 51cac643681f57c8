#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <nabla/data/table.hpp>
#include <nabla/error.hpp>
#include <utility>

#include "excerpt.hpp"
#include "gather.hpp"
#include "sound_table.hpp"

namespace nabla::data {

namespace {

std::string shown(const ColumnKey& key) {
  if (const auto* name = std::get_if<std::string>(&key)) return detail::excerpt(*name);
  return fmt::format("{}", std::get<std::int64_t>(key));
}

/// For messages.
std::string column_of(const Table& table, std::size_t i) {
  const std::string& name = table.columns[i].name;
  return name.empty() ? fmt::format("column {}", i) : fmt::format("column {} ({})", i, detail::excerpt(name));
}

std::string place_of(const Table& table, std::size_t i, std::size_t row) {
  return fmt::format("row {} of {}, counted from 0,", row, column_of(table, i));
}

std::size_t index_of(const Table& table, const ColumnKey& key) {
  const auto n = static_cast<std::int64_t>(table.columns.size());
  if (const auto* number = std::get_if<std::int64_t>(&key)) {
    if (*number < -n || *number >= n)
      throw ValueError("table",
                       fmt::format("There is no column {} among {}; take one from {} to {}", *number, n, -n, n - 1));
    return static_cast<std::size_t>(*number < 0 ? *number + n : *number);
  }
  const auto has_name = [&](const Column& column) { return column.name == std::get<std::string>(key); };
  const auto found = std::ranges::find_if(table.columns, has_name);
  if (found == table.columns.end()) {
    std::vector<std::string> names;
    for (const Column& column : table.columns) names.push_back(detail::excerpt(column.name));
    throw ValueError("table", fmt::format("There is no column {}; there are {}", shown(key), fmt::join(names, ", ")));
  }
  if (std::any_of(found + 1, table.columns.end(), has_name))
    throw ValueError("table", fmt::format("More than one column is named {}; take it by its number", shown(key)));
  return static_cast<std::size_t>(found - table.columns.begin());
}

std::vector<std::size_t> indices_of(const Table& table, const std::vector<ColumnKey>& keys) {
  std::vector<std::size_t> indices;
  for (const ColumnKey& key : keys) indices.push_back(index_of(table, key));
  return indices;
}

/// Whether something is there, row by row.
bool is_missing(double number) { return std::isnan(number); }
bool is_missing(std::int64_t category) { return category < 0; }

/// f(row, value), a double or an index.
template <class F>
void for_each_value(const Column& column, F f) {
  const auto go = [&](auto values) {
    for (std::size_t row = 0; row < values.size(); ++row) f(row, values[row]);
  };
  const Tensor dense = column.values.contiguous();
  if (column.is_categorical())
    go(dense.data<std::int64_t>());
  else
    go(dense.data<double>());
}

/// i64 [rows] @throws ValueError, as of the column
Tensor class_indices(const Table& table, std::size_t i) {
  constexpr double largest_index = 0x1p53;  // beyond it not every integer is an f64
  Tensor targets = Tensor::uninitialized({table.size()}, i64);
  std::int64_t* target = targets.mutable_data<std::int64_t>().data();
  for_each_value(table.columns[i], [&](std::size_t row, auto value) {
    const auto number = static_cast<double>(value);
    if (!(number >= 0 && number <= largest_index && number == std::floor(number)))
      throw ValueError("table", fmt::format("Target {} in {} is no class index; classes are numbered 0, 1, ...", number,
                                            place_of(table, i, row)));
    target[row] = static_cast<std::int64_t>(number);
  });
  return targets;
}

void require_complete(const Table& table, std::size_t i) {
  for_each_value(table.columns[i], [&](std::size_t row, auto value) {
    if (is_missing(value))
      throw ValueError(
          "table", fmt::format("The target in {} is missing; take the complete_rows() only", place_of(table, i, row)));
  });
}

}  // namespace

void require_sound(std::string_view where, const Table& table) {
  for (std::size_t i = 0; i < table.columns.size(); ++i) {
    const Column& column = table.columns[i];
    const Tensor& values = column.values;
    if (values.rank() != 1 || values.size() != table.size() || (values.dtype() != f64 && values.dtype() != i64))
      throw ValueError(where, fmt::format("The values of {} are {} of {}; give f64 or i64 [{}]", column_of(table, i),
                                          values.shape(), values.dtype(), table.size()));
    if (!column.is_categorical()) continue;
    const auto n = static_cast<std::int64_t>(column.categories.size());
    const Tensor dense = values.contiguous();
    const auto indices = dense.data<std::int64_t>();
    for (std::size_t row = 0; row < indices.size(); ++row)
      if (indices[row] < -1 || indices[row] >= n)
        throw ValueError(where, fmt::format("Index {} in {} is none of the {} categories; take -1 to {}", indices[row],
                                            place_of(table, i, row), n, n - 1));
  }
}

const Column& Table::column(const ColumnKey& key) const { return columns[index_of(*this, key)]; }

std::vector<Categories> Table::categories() const {
  std::vector<Categories> all;
  for (std::size_t i = 0; i < columns.size(); ++i)
    if (const Column& c = columns[i]; c.is_categorical())
      all.push_back({c.name.empty() ? ColumnKey(static_cast<std::int64_t>(i)) : ColumnKey(c.name), c.categories});
  return all;
}

Table Table::select(const std::vector<ColumnKey>& keys) const {
  Table chosen;
  for (std::size_t i : indices_of(*this, keys)) chosen.columns.push_back(columns[i]);
  return chosen;
}

Table Table::without(const std::vector<ColumnKey>& keys) const {
  const std::vector<std::size_t> left_out = indices_of(*this, keys);
  Table rest;
  for (std::size_t i = 0; i < columns.size(); ++i)
    if (std::ranges::find(left_out, i) == left_out.end()) rest.columns.push_back(columns[i]);
  return rest;
}

Table Table::complete_rows() const {
  require_sound("table", *this);
  std::vector<bool> complete(static_cast<std::size_t>(size()), true);
  for (const Column& column : columns)
    for_each_value(column, [&](std::size_t row, auto value) {
      if (is_missing(value)) complete[row] = false;
    });
  std::vector<std::int64_t> rows;
  for (std::size_t row = 0; row < complete.size(); ++row)
    if (complete[row]) rows.push_back(static_cast<std::int64_t>(row));
  Table table = *this;
  for (Column& column : table.columns) column.values = gather_rows(column.values.contiguous(), rows);
  return table;
}

Tensor Table::matrix(DType dtype) const {
  require_sound("table", *this);
  std::int64_t width = 0;
  for (const Column& column : columns)
    width += column.is_categorical() ? static_cast<std::int64_t>(column.categories.size()) : 1;
  Tensor matrix = zeros({size(), width}, dtype);
  visit_floating(dtype, [&]<class T>(std::type_identity<T>) {
    T* first = matrix.mutable_data<T>().data();  // of the column, in row 0
    for (const Column& column : columns) {
      for_each_value(column, [&](std::size_t row, auto value) {
        T* to = first + static_cast<std::int64_t>(row) * width;
        if (!column.is_categorical())
          *to = static_cast<T>(value);
        else if (!is_missing(value))
          to[static_cast<std::int64_t>(value)] = 1;
      });
      first += column.is_categorical() ? static_cast<std::int64_t>(column.categories.size()) : 1;
    }
  });
  return matrix;
}

Dataset Table::dataset(const TargetOptions& options) const {
  if (!is_floating(options.dtype))
    throw DTypeError("table", fmt::format("A dataset of {} is asked for; take f32 or f64", options.dtype));
  require_sound("table", *this);
  const std::size_t target = index_of(*this, options.target);
  require_complete(*this, target);
  const Table inputs = without({static_cast<std::int64_t>(target)});
  const Column& column = columns[target];
  const bool classes = column.is_categorical() || options.numbers_are_classes;
  Tensor targets = classes ? class_indices(*this, target) : column.values.to(options.dtype).reshaped({size(), 1});
  // A table of a target alone has inputs of no width.
  return {inputs.columns.empty() ? zeros({size(), 0}, options.dtype) : inputs.matrix(options.dtype),
          std::move(targets)};
}

}  // namespace nabla::data
