#include "samples.hpp"

#include <fmt/core.h>

#include <algorithm>
#include <cmath>
#include <filesystem>
#include <nabla/error.hpp>
#include <nabla/operators.hpp>

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

/// @param classes  their names, where they have any
Samples images(const data::Dataset& dataset, std::vector<std::string> classes = {}) {
  const std::int64_t pixels = dataset.inputs.shape()[1];
  const auto side = static_cast<std::int64_t>(std::lround(std::sqrt(static_cast<double>(pixels))));
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

/// A folder with the files of MNIST, or one with a folder of pictures for each class.
Source folder(const std::string& path) {
  for (const char* name : {"train-images-idx3-ubyte", "train-images-idx3-ubyte.gz"})
    if (std::filesystem::exists(std::filesystem::path(path) / name)) return two_sets(data::load_mnist(path));
  data::ImageFolder pictures = data::load_image_folder(path);
  return {.training = images(pictures.dataset, std::move(pictures.classes)), .test = {}};
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
  const Tensor labels = data::load_idx(options.labels);
  if (labels.rank() != 1 || is_floating(labels.dtype()))
    throw DataError(
        fmt::format("{} has the shape {} and {} entries, so it holds no class indices; --labels takes "
                    "the file of those, such as train-labels-idx1-ubyte",
                    options.labels, labels.shape(), labels.dtype()));
  if (labels.size() != n)
    throw DataError(fmt::format("{} has {} labels, and {} has {} images; give the labels of the same images",
                                options.labels, labels.size(), options.source, n));
  return images(data::Dataset(inputs, labels.to(i64)));
}

const std::vector<std::string> held{"digits", "iris", "fashion-mnist"};

bool is_table(const std::string& source) {
  return std::ranges::count(held, source) == 0 && !std::filesystem::is_directory(source) && !is_idx(source);
}

/// The sources that are no tables.
std::optional<Source> read_known_source(const DataOptions& options) {
  const std::string& name = options.source;
  if (name == "digits") return Source{.training = images(data::digits()), .test = {}};
  if (name == "iris") return iris();
  if (name == "fashion-mnist") return fashion_mnist();
  if (std::filesystem::is_directory(name)) return folder(name);
  if (!std::filesystem::exists(name)) {
    const std::string meant = nearest(name, held);
    throw DataError(fmt::format("There is no file or folder '{}'; {}without a file there are {}", name,
                                meant.empty() ? "" : fmt::format("did you mean {}? ", meant), joined(held)));
  }
  if (is_idx(name)) return Source{.training = read_idx(options), .test = {}};
  return {};
}

/// Class indices by the order of a network's classes; a network that knows them by their indices alone takes these.
/// @throws DataError for a class that it does not know
Tensor renumbered(const Tensor& targets, const std::vector<std::string>& classes, const std::vector<std::string>& known,
                  const std::string& source) {
  if (known == counted(static_cast<std::int64_t>(classes.size()))) return targets;
  std::vector<std::int64_t> places;
  for (const std::string& name : classes) {
    const auto found = std::ranges::find(known, name);
    if (found == known.end())
      throw DataError(fmt::format("{} has the class {}, and the network knows {}", source, name, joined(known)));
    places.push_back(found - known.begin());
  }
  return index_select(Tensor::copy_of({static_cast<std::int64_t>(places.size())}, places), targets);
}

}  // namespace

namespace {

/// @throws UsageError for labels that nothing would read
void check_labels(const DataOptions& options) {
  if (options.labels.empty() || is_idx(options.source)) return;
  throw UsageError(
      fmt::format("--labels goes with images in an IDX file, and {} brings its targets along; leave it "
                  "out",
                  options.source));
}

}  // namespace

void check_table_options(const DataOptions& options, const std::string& another) {
  if (is_table(options.source) || (!another.empty() && is_table(another))) return;
  const DataOptions untouched;
  const auto check = [&](std::string_view option, const auto& value, const auto& left_out) {
    if (value != left_out)
      throw UsageError(fmt::format("{} is about tables, and {} is none; leave it out", option, options.source));
  };
  check("--target", options.targets, untouched.targets);
  check("--ignore", options.ignored, untouched.ignored);
  check("--header", options.header, untouched.header);
  check("--delimiter", options.delimiter, untouched.delimiter);
  check("--categories", options.categories, untouched.categories);
  check("--missing", options.missing, untouched.missing);
}

Source read_source(const DataOptions& options, std::string_view task) {
  check_labels(options);
  if (std::optional<Source> source = read_known_source(options)) {
    if (!source->training.targets)
      throw UsageError(
          fmt::format("--labels is missing: the file with the classes of the images in {}", options.source));
    if (task == "numbers") throw UsageError(fmt::format("--task: the targets of {} are classes", options.source));
    if (source->training.names.classes.empty())
      source->training.names.classes = counted(source->training.dataset().classes());
    return *std::move(source);
  }
  return {.training = read_training_table(options, task), .test = {}};
}

Samples read_samples(const DataOptions& options, std::string_view part, const Model& model, bool with_targets) {
  check_labels(options);
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
  if (!samples.names.classes.empty())
    samples.targets = renumbered(*samples.targets, samples.names.classes, model.names.classes, options.source);
  else if (const std::int64_t n = samples.dataset().classes(); n > model.outputs())
    refuse(fmt::format("it knows {} classes, and {} has {}", model.outputs(), options.source, n));
  return samples;
}

}  // namespace nabla_train
