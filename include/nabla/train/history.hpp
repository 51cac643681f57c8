// What became of a training, epoch by epoch.
#pragma once

#include <cstdint>
#include <map>
#include <nabla/text.hpp>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace nabla::train {

/// An epoch that has been made.
struct Epoch {
  std::int64_t number = 1;   ///< 1, 2, …
  double loss = 0;           ///< mean over its samples, each by the parameters of its own step
  double learning_rate = 0;  ///< of its last step; NaN where the optimiser has none
  double seconds = 0;        ///< that it took, validation included
  std::optional<double> validation_loss = {};
  std::map<std::string, double> metrics = {};  ///< of the validation set, by name
};

/// Why a training ended.
enum class StopReason {
  finished,        ///< all epochs were made
  early_stopping,  ///< the figure that was watched got no better
  threshold,       ///< all derivatives, or all deltas, of an epoch were small
  callback,        ///< after_epoch or after_step asked for it
  sigint,          ///< Ctrl-C
  sigterm,
  not_finite,  ///< a loss or a weight was NaN or infinite
};

struct History {
  std::vector<Epoch> epochs = {};
  StopReason reason = StopReason::finished;
  std::optional<std::int64_t> best_epoch = {};  ///< whose net was put back at the end, where early stopping did that
  std::string stopped_because = {};  ///< the reason as a sentence, with its figures; empty where all epochs were made

  /// A line for each epoch, below one of names: epoch, loss, learning_rate, seconds; validation_loss where there is
  /// one; the metrics in alphabetical order. Numbers have all the digits that tell them apart, and may be nan or inf.
  std::string csv() const;
  /// {"epochs": [{"epoch": 1, "loss": 0.5, …, "metrics": {"accuracy": 0.9}}, …], "reason": "finished",
  /// "stopped_because": ""}, and "best_epoch" where there is one. Numbers have all their digits; those that are not
  /// finite are the strings "nan", "inf" and
  /// "-inf".
  std::string json() const;
  /// The same as files, which take their places whole or not at all. @throws IoError
  void write_csv(const std::string& path) const;
  void write_json(const std::string& path) const;

  /// What json() wrote. @throws ValueError for any other text
  static History from_json(std::string_view text);
};

/// The name of the enumerator.
std::string to_string(StopReason reason);

}  // namespace nabla::train

template <>
struct fmt::formatter<nabla::train::StopReason> : nabla::detail::TextFormatter {};
