// Samples from tables of text.
#include <fmt/core.h>

#include <algorithm>
#include <charconv>
#include <cmath>
#include <map>
#include <nabla/data/csv.hpp>
#include <nabla/error.hpp>
#include <nabla/ops.hpp>
#include <set>

#include "samples.hpp"

namespace nabla_train {

using namespace nabla;

namespace {

/// A column as the command line names it: by its number, else by its name.
data::ColumnKey key(const std::string& text) {
  std::int64_t number = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (error == std::errc() && end == text.data() + text.size()) return number;
  return text;
}

std::vector<data::ColumnKey> keys(const std::vector<std::string>& texts) {
  std::vector<data::ColumnKey> result;
  for (const std::string& text : texts) result.push_back(key(text));
  return result;
}

/// @throws UsageError, naming the option, for a column that is not there
data::Table without(const data::Table& table, std::string_view option, const std::vector<data::ColumnKey>& columns) {
  try {
    return table.without(columns);
  } catch (const ValueError& error) {
    throw UsageError(fmt::format("{}: {}", option, error.what()));
  }
}

/// What to do about a field, by the options of the tool.
std::string advice(data::FieldError::Fault fault, data::Missing missing) {
  if (fault == data::FieldError::Fault::not_a_number)
    return "mend it, or name the column in --categories of train, if it is one of codes";
  if (missing == data::Missing::drop_row)
    return "fill some of it in, pass the column over that is empty (--ignore), or train with --missing mean";
  return "fill it in, or leave such rows out (--missing drop of train and evaluate), or train with --missing mean";
}

/// The columns but those to be passed over. @throws UsageError, DataError
data::Table read_table(const DataOptions& options, data::Missing missing, std::vector<data::Categories> categories) {
  for (const data::ColumnKey& column : keys(options.categories)) categories.push_back({column});
  data::CsvOptions csv{.delimiter = options.delimiter, .missing = missing, .categories = std::move(categories)};
  if (options.header != "auto") csv.header = options.header == "yes";
  const auto read = [&] {
    try {
      return data::read_csv(options.source, csv);
    } catch (const data::FieldError& error) {
      throw DataError(fmt::format("{}; {}", error.finding(), advice(error.fault(), missing)));
    } catch (const ValueError& error) {
      if (options.categories.empty()) throw;
      throw UsageError(fmt::format("--categories: {}", error.what()));
    }
  };
  return without(read(), "--ignore", keys(options.ignored));
}

bool is_missing(const data::Column& column, std::int64_t row) {
  return column.is_categorical() ? column.values.at({row}) < 0 : std::isnan(column.values.at({row}));
}

/// The rows in which no target is missing: nothing can be learnt from others. @throws DataError where there is none
data::Table with_targets(const data::Table& table, const std::vector<data::ColumnKey>& targets,
                         const std::string& source) {
  const data::Table target = table.select(targets);
  std::vector<std::int64_t> rows;
  for (std::int64_t i = 0; i < table.size(); ++i)
    if (std::ranges::none_of(target.columns, [&](const data::Column& column) { return is_missing(column, i); }))
      rows.push_back(i);
  const auto kept = static_cast<std::int64_t>(rows.size());
  if (kept == table.size()) return table;
  if (kept == 0) throw DataError(fmt::format("{} has no row with a target", source));
  data::Table result = table;
  for (data::Column& column : result.columns)
    column.values = index_select(column.values, Tensor::copy_of({kept}, rows));
  return result;
}

/// A number of a column as text.
std::string number_text(double value) { return fmt::format("{}", value); }

/// The distinct numbers of a column, from small to large.
std::vector<double> distinct(const data::Column& column) {
  const std::span<const double> values = column.values.data<double>();
  const std::set<double> found(values.begin(), values.end());
  return {found.begin(), found.end()};
}

/// Whether a column of numbers means classes: they are 0, 1, 2 … or 1, 2, 3 …, and there are few of them.
bool means_classes(const data::Column& column) {
  const std::vector<double> numbers = distinct(column);
  for (std::size_t k = 0; k < numbers.size(); ++k)
    if (numbers[k] != static_cast<double>(k) + (numbers.front() == 0 ? 0 : 1)) return false;
  return numbers.size() >= 2 && static_cast<std::int64_t>(numbers.size()) <= column.values.size() / 2;
}

std::vector<std::string> class_names(const data::Column& column) {
  if (column.is_categorical()) return column.categories;
  std::vector<std::string> names;
  for (double number : distinct(column)) names.push_back(number_text(number));
  return names;
}

/// The places of a column's entries among names, −1 where one is missing. @throws DataError for one that is not there
Tensor indices(const data::Column& column, const std::vector<std::string>& names, const std::string& path) {
  std::map<std::string, std::int64_t> index;
  for (const std::string& name : names) index.emplace(name, index.size());
  std::vector<std::int64_t> result;
  for (std::int64_t i = 0; i < column.values.size(); ++i) {
    if (is_missing(column, i)) {
      result.push_back(-1);
      continue;
    }
    const std::string entry = column.is_categorical()
                                  ? column.categories[static_cast<std::size_t>(column.values.at({i}))]
                                  : number_text(column.values.at({i}));
    const auto found = index.find(entry);
    if (found == index.end())
      throw DataError(fmt::format("{}, column '{}': '{}' in row {} is unknown to the network; it knows {}", path,
                                  column.name, entry.substr(0, 40), i + 1, joined(names)));
    result.push_back(found->second);
  }
  return Tensor::copy_of({column.values.size()}, result);
}

std::vector<std::string> column_names(const data::Table& table) {
  std::vector<std::string> names;
  for (const data::Column& column : table.columns)
    if (!column.name.empty()) names.push_back(column.name);
  return names;
}

/// Columns of numbers beside each other, f64 [n, k]. @throws UsageError for one of text
Tensor numbers(const data::Table& table) {
  for (const data::Column& column : table.columns)
    if (column.is_categorical())
      throw UsageError(fmt::format("the target column '{}' holds text, such as '{}', which is no number", column.name,
                                   column.categories.front()));
  return table.matrix(f64);
}

/// The columns to be predicted; none where a table has none.
std::vector<data::ColumnKey> known_targets(const DataOptions& options, const data::Table& table, const Names& names,
                                           std::size_t features) {
  if (!options.targets.empty()) return keys(options.targets);
  if (names.targets.empty() || table.columns.front().name.empty())
    return table.columns.size() > features ? std::vector<data::ColumnKey>{-1} : std::vector<data::ColumnKey>{};
  std::vector<data::ColumnKey> found;
  for (const std::string& name : names.targets)
    if (std::ranges::find(table.columns, name, &data::Column::name) != table.columns.end()) found.emplace_back(name);
  if (found.size() != names.targets.size()) found.clear();
  return found;
}

/// The column as a network knows it: of numbers, or of the same categories.
data::Column known_column(const data::Column& column, const Feature& feature, const std::string& path) {
  if (!feature.categories.empty()) return {column.name, indices(column, feature.categories, path), feature.categories};
  if (!column.is_categorical()) return column;
  throw DataError(fmt::format("{}, column '{}' holds text, such as '{}'; the network takes numbers there", path,
                              column.name, column.categories.front()));
}

/// Every category is an input of its own. @throws DataError for a column that tells rows apart rather than kinds of
/// them
void check_categories(const data::Table& inputs, const std::string& source) {
  constexpr std::int64_t most = 100;
  for (std::size_t i = 0; i < inputs.columns.size(); ++i) {
    const data::Column& column = inputs.columns[i];
    const auto n = static_cast<std::int64_t>(column.categories.size());
    if (n <= 1 || (n <= most && 2 * n <= inputs.size())) continue;
    throw DataError(
        fmt::format("{}, column {}: text such as '{}', {} different ones in {} rows, which are too many for "
                    "categories; pass the column over with --ignore",
                    source, column.name.empty() ? fmt::format("{} of the inputs", i) : column.name,
                    column.categories.front().substr(0, 40), n, inputs.size()));
  }
}

}  // namespace

Samples read_training_table(const DataOptions& options, std::string_view task) {
  const std::vector<data::ColumnKey> targets =
      options.targets.empty() ? std::vector<data::ColumnKey>{-1} : keys(options.targets);
  if (task == "classes" && targets.size() > 1)
    throw UsageError(fmt::format("--target names {} columns, and --task classes takes one", targets.size()));
  std::vector<data::Categories> categories;
  if (task == "classes" && !options.targets.empty()) categories.push_back({targets.front()});
  const data::Missing missing = options.missing == "drop"   ? data::Missing::drop_row
                                : options.missing == "mean" ? data::Missing::keep
                                                            : data::Missing::error;
  const data::Table read = read_table(options, missing, std::move(categories));
  without(read, "--target", targets);  // names the option where there are none
  const data::Table all = with_targets(read, targets, options.source);
  const data::Table inputs = without(all, "--target", targets), target = all.select(targets);
  if (inputs.columns.empty())
    throw DataError(fmt::format("{} has no columns beside the target; check --delimiter", options.source));
  check_categories(inputs, options.source);

  Samples samples{.inputs = inputs.matrix(f64), .targets = {}, .names = {.targets = column_names(target)}};
  for (const data::Column& column : inputs.columns) samples.names.features.push_back({column.name, column.categories});
  const data::Column& first = target.columns.front();
  if (task == "classes" ||
      (task == "auto" && targets.size() == 1 && (first.is_categorical() || means_classes(first)))) {
    samples.names.classes = class_names(first);
    samples.targets = indices(first, samples.names.classes, options.source);
  } else {
    samples.targets = numbers(target);
  }
  return samples;
}

Samples read_known_table(const DataOptions& options, const Model& model, bool wanted_targets) {
  const data::Missing missing = options.missing == "drop" ? data::Missing::drop_row
                                : model.fill              ? data::Missing::keep
                                                          : data::Missing::error;
  data::Table table = read_table(options, missing, {});
  const Names& names = model.names;
  const std::vector<Feature> features =
      names.features.empty() ? std::vector<Feature>(static_cast<std::size_t>(model.inputs())) : names.features;
  const std::vector<data::ColumnKey> targets = known_targets(options, table, names, features.size());
  if (wanted_targets && !targets.empty()) {
    without(table, "--target", targets);
    table = with_targets(table, targets, options.source);
  }

  data::Table inputs = without(table, "--target", targets);
  if (!features.front().name.empty() && !table.columns.front().name.empty()) {  // by name, else by place
    data::Table found;
    for (const Feature& feature : features) {
      const auto column = std::ranges::find(inputs.columns, feature.name, &data::Column::name);
      if (column == inputs.columns.end())
        throw DataError(fmt::format("{} has no column '{}', which the network takes; its columns are {}",
                                    options.source, feature.name, joined(column_names(table))));
      found.columns.push_back(*column);
    }
    inputs = found;
  }
  if (inputs.columns.size() != features.size())
    throw DataError(fmt::format("The network does not fit the data: it takes {} columns, and {} has {}{}",
                                features.size(), options.source, inputs.columns.size(),
                                targets.empty() ? "" : " beside the target"));
  for (std::size_t i = 0; i < features.size(); ++i)
    inputs.columns[i] = known_column(inputs.columns[i], features[i], options.source);

  Samples samples{.inputs = inputs.matrix(f64), .targets = {}, .names = names};
  if (!wanted_targets || targets.empty()) return samples;
  const data::Table target = table.select(targets);
  const std::size_t wanted = model.classifies() ? 1 : static_cast<std::size_t>(model.outputs());
  if (target.columns.size() != wanted)
    throw UsageError(
        fmt::format("--target: {} columns are given, and the network predicts {}", target.columns.size(), wanted));
  samples.targets =
      model.classifies() ? indices(target.columns.front(), names.classes, options.source) : numbers(target);
  return samples;
}

}  // namespace nabla_train
