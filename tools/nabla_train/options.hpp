// What the command line says, before anything is done with it. Defaults are those of the tool.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "choices.hpp"

namespace nabla_train {

/// Where samples come from, and how they are read.
struct DataOptions {
  std::string source;           ///< --data
  std::string labels;           ///< IDX file with the class indices of an IDX file
  std::string header = "auto";  ///< of a table: auto, yes, no
  char delimiter = ',';
  std::vector<std::string> targets;     ///< columns, by name or number
  std::vector<std::string> ignored;     ///< columns that are neither inputs nor targets
  std::vector<std::string> categories;  ///< columns of categories, though they may look like numbers
  std::string missing = "refuse";       ///< rows in which something is missing: refuse, drop, mean
};

struct TrainOptions {
  DataOptions data;
  std::string test_data, test_labels;
  double test = 0.2;          ///< share of the samples, where the source has no test set
  double validation = 0.1;    ///< share of the rest
  std::string task = "auto";  ///< classes, numbers
  std::string standardize = "auto";
  std::int64_t shift_augmentation = 0;

  std::vector<std::int64_t> layers;  ///< all of them, or empty
  std::vector<std::int64_t> hidden = {64};
  std::vector<std::string> activation = {"relu"};  ///< of all hidden layers, or of each
  std::string output_activation;                   ///< empty: by the loss
  std::string initializer = "glorot-uniform";
  double dropout = 0;

  std::string loss;                        ///< empty: by the data
  std::vector<std::string> class_weights;  ///< numbers, by the order of the classes, or balanced
  double label_smoothing = 0;
  double l1 = 0, l2 = 0;
  std::string optimizer = "adam";
  HyperParameters hyper_parameters;
  std::string schedule = "constant";
  double warm_up = 0;                      ///< epochs
  std::optional<std::int64_t> batch_size;  ///< by the number of samples
  std::int64_t epochs = 20;
  std::optional<double> clip_norm;
  std::optional<std::int64_t> early_stopping;  ///< epochs without improvement
  std::string watch = "loss";
  double least_improvement = 0;
  std::optional<std::int64_t> top_k;
  std::uint64_t seed = 0;
  int threads = 1;

  std::string model, history, report, checkpoint;
  std::optional<std::int64_t> checkpoint_every;  ///< steps
  bool resume = false;
  bool health = false;
  std::string display = "auto";
};

struct EvaluateOptions {
  std::string model;
  DataOptions data;
  std::string part = "auto";  ///< of a source that has a test set: test, training
  std::optional<std::int64_t> top_k;
  int threads = 1;
};

struct PredictOptions {
  std::string model;
  DataOptions data;
  std::string part = "auto";
  std::string out;  ///< empty: standard output
  bool probabilities = false;
  int threads = 1;
};

struct DescribeOptions {
  std::string model;
};

struct NamesOptions {};

using Command = std::variant<TrainOptions, EvaluateOptions, PredictOptions, DescribeOptions, NamesOptions>;

}  // namespace nabla_train
