// What a training is told beside the net, the cost, the optimiser and the data.
#pragma once

#include <cstdint>
#include <cstdio>
#include <functional>
#include <limits>
#include <map>
#include <nabla/data/batches.hpp>
#include <nabla/optim/schedule.hpp>
#include <nabla/train/history.hpp>
#include <nabla/train/metrics.hpp>
#include <nabla/train/progress.hpp>
#include <optional>
#include <string>
#include <utility>

namespace nabla::train {

/// A step that has been made.
struct Step {
  std::int64_t number;  ///< of all steps, 1, 2, …
  std::int64_t epoch;   ///< 1, 2, …
  std::int64_t batch;   ///< of the epoch, 1, 2, …
  double loss;          ///< of the batch, before the step
  double learning_rate;
};

/// How a callback ends the training: stop("the rate has become too small").
class Stop {
 public:
  void operator()(std::string why = {}) { why_ = why.empty() ? "a callback asked for it" : std::move(why); }
  /// Empty while the training may go on.
  const std::string& why() const { return why_; }

 private:
  std::string why_;
};

/// Ends the training once the figure that is watched has got no better for a while.
struct EarlyStopping {
  std::int64_t patience = 0;      ///< epochs in a row without improvement after which it ends; 0: it does not
  double least_improvement = 0;   ///< by how much the best value has to be bettered; 0 or more
  bool larger_is_better = false;  ///< as of an accuracy
  /// The net ends with its best parameters, also where all epochs are made or a callback ends it. After a signal it is
  /// the last one, from which a resume goes on; `stopped_because` says which epoch was the best.
  bool restore_best = true;
};

struct FitOptions {
  std::int64_t epochs = 1;  ///< in all, those before a resume included
  std::int64_t batch_size = 32;
  /// Whose loss and metrics are computed after every epoch. The loss is that of the batches, weighted by their samples,
  /// as is that of the training: the cost is taken for a mean over samples. Of one that is a sum over them, such as
  /// half_squared_error, it is no sum and no mean, and changes with the sizes of batches.
  const data::Dataset* validation = nullptr;
  /// Of the order of the samples (stream 1), of what the net draws (stream 2), and of `prepare` (streams from 2³² on).
  std::uint64_t seed = 0;

  /// @name How batches are made
  /// @{
  /// What the net is given in place of a batch of the training: an augmented one, say, of as many samples. The Rng is
  /// the batch's own; it depends on the seed and on how many steps were made before, so that a resume draws the same.
  std::function<data::Batch(const data::Batch& batch, Rng& rng)> prepare = {};
  /// A second thread gathers and prepares batches while earlier ones are learnt from, as data::prefetch() does; to the
  /// same bits. `prepare` then runs beside the training, and so it must not touch what the training changes.
  bool prefetch = false;
  /// @}

  /// @name The learning rate, at most one of the two; else it is the optimiser's
  /// @{
  optim::Schedule schedule = {};               ///< by the number of steps made so far
  std::optional<optim::Plateau> plateau = {};  ///< asked after every epoch; it begins with the optimiser's rate
  /// @}
  double clip_norm = std::numeric_limits<double>::infinity();  ///< as optim::clip_norm(), in every step

  std::map<std::string, Metric> metrics = {};  ///< of the validation set, by name: {{"accuracy", train::accuracy}}
  /// What plateau and early stopping watch: a metric by its name; empty: the loss of the validation set, or of the
  /// training where there is none. Their `larger_is_better` has to suit it: for accuracy, top_k_accuracy, r_squared,
  /// precision, recall, f1, macro_… and rmse that is checked.
  std::string watch = {};

  /// @name When to stop before all epochs are made
  /// @{
  EarlyStopping early_stopping = {};
  double derivative_threshold = 0;  ///< all |∂C/∂w| of an epoch are below it (Wichmann 2017, 7.3)
  /// All |δ| of an epoch are below it (Crowley 2021). δ = ∂C/∂z, where z is the result of any operation with both a
  /// parameter and something else among its operands: of a layer, its weighted input. C is the cost of a batch.
  double delta_threshold = 0;
  std::function<void(const Epoch&, Stop& stop)> after_epoch = {};
  /// An epoch that it leaves unfinished is not in the history, but in the checkpoint.
  std::function<void(const Step&, Stop& stop)> after_step = {};
  /// On SIGINT (Ctrl-C) and SIGTERM, after the step under way. A second signal ends the process at once. Handlers of
  /// the program's own are replaced for as long as the training runs, and so this has to be asked for; a signal that
  /// the process ignores stays ignored.
  bool stop_on_signals = false;
  /// @}

  /// @name Checkpoints
  /// @{
  std::string checkpoint = {};               ///< the file, written whole or not at all; empty: there is none
  std::int64_t checkpoint_every_epochs = 1;  ///< 0: not after epochs
  std::int64_t checkpoint_every_steps = 0;   ///< 0: not after steps. At the end it is written anyway.
  /// A checkpoint to go on from, to the bits of a training that was never interrupted. Parameters, the optimiser's
  /// learning rate and what it remembers come from there; its other hyper-parameters, and the options, are those given.
  std::string resume = {};
  /// What of the program's own settings has to be the same to go on, such as "hidden = 64, 32\nshift = 1": it is kept
  /// in the checkpoint, and a resume with another one is refused. Of lines `key = value`, those that differ are told.
  std::string configuration = {};
  /// @}

  /// @name What is shown meanwhile
  /// @{
  Display display = Display::none;
  std::string unit = "samples";
  std::FILE* stream = stderr;
  std::function<std::string(const Epoch&)> note = {};  ///< about an epoch; by default its metrics, or validation loss
  /// @}
};

}  // namespace nabla::train
