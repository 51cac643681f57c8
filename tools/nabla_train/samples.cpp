#include "samples.hpp"

#include <fmt/core.h>

#include <algorithm>
#include <charconv>
#include <cmath>
#include <filesystem>
#include <map>
#include <nabla/error.hpp>
#include <nabla/operators.hpp>
#include <set>

namespace nabla_train {

using namespace nabla;

data::Dataset Samples::dataset() const {
  if (!targets) throw DataError("these samples have no targets; predict is for such samples");
  return {inputs, *targets};
}

namespace {

std::vector<std::string> counted(std::int64_t n) {
  std::vector<std::string> result;
  for (std::int64_t k = 0; k < n; ++k) result.push_back(std::to_string(k));
  return result;
}

Samples images(const data::Dataset& dataset, std::vector<std::string> classes = {}) {
  const std::int64_t pixels = dataset.inputs.shape()[1];
  const auto side = static_cast<std::int64_t>(std::lround(std::sqrt(static_cast<double>(pixels))));
  if (classes.empty()) classes = counted(dataset.classes());
  return {.inputs = dataset.inputs,
          .targets = dataset.targets,
          .names = {.classes = std::move(classes)},
          .are_images = side * side == pixels};
}

Source two_sets(const std::pair<data::Dataset, data::Dataset>& sets, const std::vector<std::string>& classes = {}) {
  return {.training = images(sets.first, classes), .test = images(sets.second, classes)};
}

Source fashion_mnist() {
  return two_sets(data::fashion_mnist(), {"T-shirt/top", "trouser", "pullover", "dress", "coat", "sandal", "shirt",
                                          "sneaker", "bag", "ankle boot"});
}

Source iris() {
  const data::Dataset dataset = data::iris();
  Samples samples{.inputs = dataset.inputs,
                  .targets = dataset.targets,
                  .names = {.classes = {"setosa", "versicolor", "virginica"}, .targets = {"species"}}};
  for (const char* name : {"sepal length", "sepal width", "petal length", "petal width"})
    samples.names.features.push_back({name, {}});
  return {.training = samples, .test = {}};
}

bool is_idx(const std::string& path) {
  const std::string name = std::filesystem::path(path).filename().string();
  return name.ends_with(".idx") || name.ends_with(".idx.gz") || name.ends_with("-ubyte") || name.ends_with("-ubyte.gz");
}

/// Pixels of 0 to 255 become 0 to 1; numbers of other types stay as they are. A sample is a row.
Samples read_idx(const DataOptions& options) {
  const Tensor read = data::load_idx(options.source);
  if (read.rank() < 2)
    throw DataError(fmt::format("{} has the shape {}, so it holds no images; labels go with --labels", options.source,
                                read.shape()));
  const std::int64_t n = read.shape()[0];
  Tensor inputs = reshape(read, {n, n == 0 ? 0 : read.size() / n}).to(f32);
  if (read.dtype() == u8) inputs = inputs / 255.0;
  if (options.labels.empty()) return {.inputs = inputs, .targets = {}, .names = {}};
  return images(data::Dataset(inputs, data::load_idx(options.labels).to(i64)));
}

// Tables.

/// A column as the command line names it: by its name, else by its number.
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

/// The columns but those to be passed over.
data::Table read_table(const DataOptions& options, std::vector<data::Categories> categories = {}) {
  data::CsvOptions csv{.delimiter = options.delimiter, .categories = std::move(categories)};
  if (options.header != "auto") csv.header = options.header == "yes";
  return without(data::read_csv(options.source, csv), "--ignore", keys(options.ignored));
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

/// The places of a column's entries among names. @throws DataError for one that is not there
Tensor indices(const data::Column& column, const std::vector<std::string>& names, const std::string& path) {
  std::map<std::string, std::int64_t> index;
  for (const std::string& name : names) index.emplace(name, index.size());
  std::vector<std::int64_t> result;
  for (std::int64_t i = 0; i < column.values.size(); ++i) {
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

/// Columns of numbers beside each other, f32 [n, k]. @throws UsageError for one of text
Tensor numbers(const data::Table& table) {
  for (const data::Column& column : table.columns)
    if (column.is_categorical())
      throw UsageError(fmt::format("the target column '{}' holds text, such as '{}', which is no number", column.name,
                                   column.categories.front()));
  return table.matrix();
}

Samples read_training_table(const DataOptions& options, std::string_view task) {
  const std::vector<data::ColumnKey> targets =
      options.targets.empty() ? std::vector<data::ColumnKey>{-1} : keys(options.targets);
  if (task == "classes" && targets.size() > 1)
    throw UsageError(fmt::format("--target names {} columns, and --task classes takes one", targets.size()));
  std::vector<data::Categories> categories;
  if (task == "classes" && !options.targets.empty()) categories.push_back({targets.front()});
  const data::Table all = read_table(options, std::move(categories));
  const data::Table inputs = without(all, "--target", targets), target = all.select(targets);
  if (inputs.columns.empty())
    throw DataError(fmt::format("{} has no columns beside the target; check --delimiter", options.source));

  Samples samples{.inputs = inputs.matrix(), .targets = {}, .names = {.targets = column_names(target)}};
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

/// A table for a network that there is already.
Samples read_known_table(const DataOptions& options, const Model& model, bool with_targets) {
  const data::Table table = read_table(options);
  const Names& names = model.names;
  const std::vector<Feature> features =
      names.features.empty() ? std::vector<Feature>(static_cast<std::size_t>(model.inputs())) : names.features;
  const std::vector<data::ColumnKey> targets = known_targets(options, table, names, features.size());

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

  Samples samples{.inputs = inputs.matrix(), .targets = {}, .names = names};
  if (!with_targets || targets.empty()) return samples;
  const data::Table target = table.select(targets);
  const std::size_t wanted = model.classifies() ? 1 : static_cast<std::size_t>(model.outputs());
  if (target.columns.size() != wanted)
    throw UsageError(
        fmt::format("--target: {} columns are given, and the network predicts {}", target.columns.size(), wanted));
  samples.targets =
      model.classifies() ? indices(target.columns.front(), names.classes, options.source) : numbers(target);
  return samples;
}

/// The sources that are no tables.
std::optional<Source> read_known_source(const DataOptions& options) {
  const std::string& name = options.source;
  if (name == "digits") return Source{.training = images(data::digits()), .test = {}};
  if (name == "iris") return iris();
  if (name == "fashion-mnist") return fashion_mnist();
  if (std::filesystem::is_directory(name)) return two_sets(data::load_mnist(name));
  if (!std::filesystem::exists(name)) {
    const std::vector<std::string> held{"digits", "iris", "fashion-mnist"};
    const std::string meant = nearest(name, held);
    throw DataError(fmt::format("There is no file or folder '{}'; {}without a file there are {}", name,
                                meant.empty() ? "" : fmt::format("did you mean {}? ", meant), joined(held)));
  }
  if (is_idx(name)) return Source{.training = read_idx(options), .test = {}};
  return {};
}

}  // namespace

Source read_source(const DataOptions& options, std::string_view task) {
  if (std::optional<Source> source = read_known_source(options)) {
    if (!source->training.targets)
      throw UsageError(
          fmt::format("--labels is missing: the file with the classes of the images in {}", options.source));
    if (task == "numbers") throw UsageError(fmt::format("--task: the targets of {} are classes", options.source));
    return *std::move(source);
  }
  return {.training = read_training_table(options, task), .test = {}};
}

Samples read_samples(const DataOptions& options, std::string_view part, const Model& model, bool with_targets) {
  std::optional<Source> source = read_known_source(options);
  if (part != "auto" && !(source && source->test))
    throw UsageError(fmt::format("--part: {} has no two parts; leave it out", options.source));
  if (!source) return read_known_table(options, model, with_targets);

  Samples samples = source->test && part != "training" ? *std::move(source->test) : std::move(source->training);
  const auto refuse = [](const std::string& why) { throw DataError("The network does not fit the data: " + why); };
  if (const std::int64_t n = samples.inputs.shape()[1]; n != model.inputs())
    refuse(fmt::format("it has {} inputs, and {} has {} for each sample", model.inputs(), options.source, n));
  if (!with_targets || !samples.targets) return samples;
  if (!model.classifies())
    refuse(fmt::format("it predicts numbers, and the targets of {} are classes", options.source));
  if (const std::size_t n = samples.names.classes.size(); n > model.names.classes.size())
    refuse(fmt::format("it knows {} classes, and {} has {}", model.names.classes.size(), options.source, n));
  return samples;
}

}  // namespace nabla_train
