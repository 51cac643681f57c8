// A training as a page to look at.
#pragma once

#include <cstdint>
#include <map>
#include <nabla/train/health.hpp>
#include <nabla/train/history.hpp>
#include <nabla/train/metrics.hpp>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace nabla::train {

/// Samples of one class that were taken for another.
struct Confusion {
  std::int64_t true_class, found;
  std::int64_t count;  ///< of the samples for which it happened
  Tensor images;       ///< some of them, [k, height, width]
};

/// How many confusions confusions() finds, and how many images it takes of each.
struct ConfusionOptions {
  std::int64_t pairs = 6;
  std::int64_t images = 6;
};

/// The most frequent confusions, with their images; of equally frequent ones the lower class comes first.
/// @param scores         [n, classes] of the data set, as outputs(net, dataset) gives them, or one output of two
/// classes
/// @param dataset        its inputs have height · width elements for each of n samples; its targets are class indices
/// @throws as confusion_matrix(); ShapeError when the inputs are no such images
std::vector<Confusion> confusions(const Tensor& scores, const data::Dataset& dataset, std::int64_t height,
                                  std::int64_t width, const ConfusionOptions& options = {});

/// What a page about a training shows; every part but the title may be left out.
///
///   train::Report report{.title = "Digits", .history = history};
///   report.write_html("digits.html");
struct Report {
  std::string title = "Training";
  std::vector<std::pair<std::string, std::string>> configuration = {};  ///< {{"learning_rate", "0.01"}, …}
  History history = {};
  std::string result = {};  ///< what came out, with the set it was measured on: "test accuracy 96.7 % (29 of 30)"
  std::string net = {};     ///< whose result, confusions and last health these are: "the net after epoch 7, the best"
  std::string validated_on =
      "validation";               ///< the set of the history's losses and metrics; "test" where fit() had that
  std::string evaluated_on = {};  ///< the set of the confusions, such as "test"
  std::optional<ConfusionMatrix> confusion_matrix = {};
  std::vector<std::string> classes = {};  ///< their names, in order; their numbers where a name is missing
  std::vector<Confusion> confusions = {};
  /// [units, height, width], such as reshape(net.layers()[0].linear.weight.value, {-1, 28, 28}); 64 are shown
  Tensor first_layer = {};
  std::map<std::int64_t, Health> health = {};  ///< by the number of the epoch after which the net was examined
  std::vector<std::string> warnings = {};      ///< beside those of the last health
  std::string description = {};                ///< nn::describe(net)

  /// Writes one page without scripts that loads nothing, and each picture in it as an SVG into the folder NAME_files
  /// beside NAME.html. Files take their places whole, the page last; then pictures of an earlier report there are
  /// removed that this one has not, unless somebody changed or renamed them. Where there is no gnuplot, the page has
  /// the figures as a table, and says which package draws the curves.
  /// @throws IoError when a file cannot be written; ShapeError when the confusion matrix is not square or images have
  ///         other axes; DTypeError when its counts are not i64. Nothing is written then.
  void write_html(const std::string& path) const;
};

}  // namespace nabla::train
