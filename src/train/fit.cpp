#include <nabla/train/fit.hpp>

#include <fmt/core.h>

#include <algorithm>
#include <chrono>
#include <cmath>
#include <csignal>
#include <filesystem>
#include <limits>
#include <nabla/data/prefetch.hpp>
#include <nabla/error.hpp>
#include <nabla/io.hpp>
#include <nabla/ops.hpp>
#include <nabla/optim/clip.hpp>
#include <optional>
#include <string_view>

#include "checkpoint.hpp"
#include "derivatives.hpp"
#include "fit_options.hpp"
#include "prepared_batches.hpp"
#include "signals.hpp"

namespace nabla::train::detail {
namespace {

constexpr std::int64_t rows_at_a_time = 1024;  // in validation
constexpr double infinity = std::numeric_limits<double>::infinity();
// Of the random numbers of a seed. Nets are usually drawn from stream 0; prepared_batches.hpp takes those from 2³² on.
constexpr std::uint64_t stream_of_order = 1, stream_of_net = 2;

double now() { return std::chrono::duration<double>(std::chrono::steady_clock::now().time_since_epoch()).count(); }

bool is_finite(const Tensor& x) {
  return visit(x.dtype(), [&]<class T>(std::type_identity<T>) {
    if constexpr (std::is_floating_point_v<T>) {
      const Tensor dense = x.contiguous();
      return std::ranges::all_of(dense.data<T>(), [](T t) { return std::isfinite(t); });
    }
    return true;
  });
}

/// 1 step, 2 steps
std::string count(std::int64_t n, std::string_view what) { return fmt::format("{} {}{}", n, what, n == 1 ? "" : "s"); }

/// One training, from its first step to its last.
class Training {
 public:
  Training(Task& task, const data::Dataset& dataset, const FitOptions& options)
      : task_(task),
        dataset_(dataset),
        o_(options),
        learning_rate_(task.learning_rate()),
        batches_(1 + (dataset.size() - 1) / std::max<std::int64_t>(options.batch_size, 1)),
        order_(options.seed, stream_of_order),
        net_draws_(options.seed, stream_of_net) {}

  History run();

 private:
  void begin();
  void train_epoch();
  void learn_from(const data::Batch& batch);
  void step(const data::Batch& batch);
  void update(const Var& loss);
  void finish_epoch();
  void validate(Epoch& epoch);
  void judge(const Epoch& epoch);
  void keep();
  void stop(StopReason reason, std::string why);
  void stop_by_rules();
  void stop_by_callback(const Stop& stop);
  void stop_by_signal();
  void give_up(const std::string& what);
  void save();
  void end();

  std::string note(const Epoch& epoch) const;
  bool is_stopped() const { return reason_ != StopReason::finished; }

  /// Whether the net ends as it was after the best epoch.
  bool ends_with_best() const {
    return o_.early_stopping.patience > 0 && o_.early_stopping.restore_best && !state_.best_values.empty();
  }
  /// By early stopping, of those that are finished.
  std::int64_t best_epoch() const { return state_.epoch - 1 - state_.epochs_since_best; }
  double rate() const { return learning_rate_ ? *learning_rate_ : std::numeric_limits<double>::quiet_NaN(); }

  Task& task_;
  const data::Dataset& dataset_;
  const FitOptions& o_;
  double* learning_rate_;
  std::int64_t batches_;  // of an epoch
  Tape tape_;
  Rng order_, net_draws_;
  State state_;
  Identity identity_ = {};  // where there is a checkpoint, or a resume
  double epoch_began_ = 0;
  std::optional<Progress> progress_;

  // What to go back to when a number is not finite: the last whole epoch.
  std::vector<Tensor> kept_values_;
  std::int64_t kept_steps_ = 0;

  StopReason reason_ = StopReason::finished;  // while it goes on, too
  std::string why_;
  std::int64_t saved_steps_ = -1, saved_epoch_ = 0;  // where the checkpoint stands
};

History Training::run() {
  begin();
  std::optional<SignalWatch> watch;
  if (o_.stop_on_signals) watch.emplace();
  while (!is_stopped() && state_.epoch <= o_.epochs) {
    stop_by_rules();
    if (!is_stopped()) train_epoch();
  }
  end();
  return std::move(state_.history);
}

void Training::begin() {
  check(o_, dataset_, task_);
  const Parameters values = values_of(task_);
  if (!o_.checkpoint.empty()) {
    io::named_values({values.begin(), values.end()});  // throws where two have one name
    const std::filesystem::path folder = std::filesystem::path(o_.checkpoint).parent_path();
    if (!folder.empty() && !std::filesystem::is_directory(folder))
      throw IoError("fit", fmt::format("There is no folder {} for the checkpoint; make it first", folder.string()));
  }
  if (o_.validation) {  // would have to wait for the end of an epoch otherwise
    const Tensor row = o_.validation->inputs.sliced(0, 0, 1);
    task_.cost(task_.evaluate(row), o_.validation->targets.sliced(0, 0, 1));
  }
  if (!o_.checkpoint.empty() || !o_.resume.empty())
    identity_ = {.seed = o_.seed,
                 .samples = dataset_.size(),
                 .batch_size = o_.batch_size,
                 .optimizer = task_.optimizer_type(),
                 .dataset = hash(dataset_),
                 .watched = watched(o_),
                 .configuration = o_.configuration};
  if (o_.resume.empty()) {
    state_.plateau = o_.plateau;
  } else {
    state_ = load_checkpoint(o_.resume, identity_, batches_, o_.plateau, task_);
    net_draws_.set_position(state_.net_draws);
  }
  keep();
  const std::int64_t samples_before = std::min(state_.batch * o_.batch_size, dataset_.size());
  progress_.emplace(ProgressOptions{
      .epochs = o_.epochs,
      .samples = dataset_.size(),
      .unit = o_.unit,
      .display = o_.display,
      .stream = o_.stream,
      .epochs_before = state_.epoch - 1,
      .samples_before = samples_before,
      .loss_before = samples_before > 0 ? state_.sum_of_losses / static_cast<double>(samples_before) : 0});
}

void Training::train_epoch() {
  if (state_.batch == 0) state_.sum_of_losses = state_.seconds = state_.largest_derivative = state_.largest_delta = 0;
  epoch_began_ = now() - state_.seconds;
  order_.set_position(state_.order);
  data::Batches batches = data::batches(dataset_, o_.batch_size, order_);
  batches.skip(state_.batch);
  Preparation prepared(o_, state_.steps);
  if (o_.prefetch) {
    data::Prefetched pass =
        o_.prepare ? data::prefetch(std::move(batches), prepared) : data::prefetch(std::move(batches));
    for (const data::Batch& batch : pass) {
      learn_from(batch);
      if (is_stopped()) return;
    }
  } else {
    for (const data::Batch& batch : batches) {
      learn_from(o_.prepare ? prepared(batch) : batch);
      if (is_stopped()) return;
    }
  }
  finish_epoch();
}

void Training::learn_from(const data::Batch& batch) {
  step(batch);
  if (!is_stopped() && o_.checkpoint_every_steps > 0 && state_.steps % o_.checkpoint_every_steps == 0) save();
}

void Training::step(const data::Batch& batch) {
  tape_.clear();
  const Var loss = task_.record(tape_, batch, {net_draws_});
  if (loss.value().size() != 1)
    throw ShapeError(
        "fit", fmt::format("The cost has shape {}, not one element; reduce it, by mean() for example", loss.shape()));
  if (state_.steps == 0 && !depends_on(loss, task_.parameters()))
    throw ValueError("fit",
                     "The cost depends on no parameter of the net, and so nothing can be learnt; compute it from "
                     "the outputs as they are, Vars, and not from their value()");
  const double value = loss.value().item();
  if (!std::isfinite(value)) return give_up(fmt::format("the loss is {}", value));
  update(loss);
  ++state_.batch;
  ++state_.steps;
  state_.sum_of_losses += value * static_cast<double>(batch.size());
  progress_->step(batch.size(), value);
  if (o_.after_step) {
    Stop stop;
    o_.after_step({state_.steps, state_.epoch, state_.batch, value, rate()}, stop);
    stop_by_callback(stop);
  }
  stop_by_signal();
}

void Training::update(const Var& loss) {
  if (o_.schedule) *learning_rate_ = o_.schedule(state_.steps);
  if (o_.clip_norm == infinity && o_.derivative_threshold <= 0 && o_.delta_threshold <= 0) return task_.step(loss);
  const Parameters parameters = task_.parameters();
  Gradients gradients = gradient(loss, parameters);
  state_.largest_derivative = larger(largest_entry(gradients), state_.largest_derivative);
  if (o_.delta_threshold > 0) {
    const Gradients deltas = gradient(loss, weighted_inputs(tape_));
    state_.largest_delta = larger(largest_entry(deltas), state_.largest_delta);
  }
  if (o_.clip_norm < infinity) optim::clip_norm(gradients, o_.clip_norm);
  task_.step(parameters, gradients);
}

void Training::finish_epoch() {
  const Parameters values = values_of(task_);
  for (const Parameter* p : values)
    if (!is_finite(p->value)) return give_up(fmt::format("'{}' is not finite", p->name()));

  Epoch epoch{.number = state_.epoch,
              .loss = state_.sum_of_losses / static_cast<double>(dataset_.size()),
              .learning_rate = rate()};
  if (o_.validation) validate(epoch);
  if (is_stopped()) return;
  epoch.seconds = state_.seconds = now() - epoch_began_;
  judge(epoch);
  progress_->finish_epoch(note(epoch));
  state_.history.epochs.push_back(std::move(epoch));
  ++state_.epoch;
  state_.batch = 0;
  state_.order = order_.position();
  if (o_.after_epoch) {
    Stop stop;
    o_.after_epoch(state_.history.epochs.back(), stop);
    stop_by_callback(stop);
  }
  keep();
  if (o_.checkpoint_every_epochs > 0 && (state_.epoch - 1) % o_.checkpoint_every_epochs == 0) save();
}

void Training::validate(Epoch& epoch) {
  const data::Dataset& set = *o_.validation;
  std::vector<Tensor> parts;
  double sum = 0;
  for (const data::Batch& batch : data::batches(set, rows_at_a_time)) {
    stop_by_signal();
    if (is_stopped()) return;
    const Tensor outputs = task_.evaluate(batch.inputs);
    sum += task_.cost(outputs, batch.targets) * static_cast<double>(batch.size());
    if (!o_.metrics.empty()) parts.push_back(outputs);
  }
  epoch.validation_loss = sum / static_cast<double>(set.size());
  if (o_.metrics.empty()) return;
  const Tensor outputs = joined(parts);
  for (const auto& [name, metric] : o_.metrics) epoch.metrics[name] = metric(outputs, set.targets);
}

/// What early stopping and plateau make of an epoch.
void Training::judge(const Epoch& epoch) {
  const double watched = o_.watch.empty() ? epoch.validation_loss.value_or(epoch.loss) : epoch.metrics.at(o_.watch);
  if (const EarlyStopping& rule = o_.early_stopping; rule.patience > 0) {
    const double improvement = rule.larger_is_better ? watched - state_.best : state_.best - watched;
    const bool is_better = std::isnan(state_.best) ? !std::isnan(watched) : improvement > rule.least_improvement;
    state_.epochs_since_best = is_better ? 0 : state_.epochs_since_best + 1;
    if (is_better) state_.best = watched;
    if (is_better && rule.restore_best) {
      state_.best_values.clear();
      for (const Parameter* p : values_of(task_)) state_.best_values.push_back(p->value);
    }
  }
  if (state_.plateau) {
    state_.plateau->learning_rate = *learning_rate_;
    *learning_rate_ = (*state_.plateau)(watched);
  }
}

void Training::stop(StopReason reason, std::string why) {
  reason_ = reason;
  why_ = std::move(why);
}

/// Ends the training where the last epoch tells that no other is to be made.
void Training::stop_by_rules() {
  if (state_.batch > 0 || state_.history.epochs.empty()) return;
  const std::int64_t patience = o_.early_stopping.patience;
  if (patience > 0 && state_.epochs_since_best >= patience)
    stop(StopReason::early_stopping,
         fmt::format("no improvement in {}; {}", count(state_.epochs_since_best, "epoch"),
                     std::isnan(state_.best) ? watched(o_) + " was never a number"
                                             : fmt::format("the best was epoch {}", best_epoch())));
  else if (o_.derivative_threshold > 0 && state_.largest_derivative < o_.derivative_threshold)
    stop(StopReason::threshold,
         fmt::format("all derivatives of epoch {} are below {}", state_.epoch - 1, o_.derivative_threshold));
  else if (o_.delta_threshold > 0 && state_.largest_delta < o_.delta_threshold)
    stop(StopReason::threshold,
         fmt::format("all deltas of epoch {} are below {}", state_.epoch - 1, o_.delta_threshold));
}

void Training::stop_by_callback(const Stop& asked) {
  if (!asked.why().empty()) stop(StopReason::callback, asked.why());
}

void Training::stop_by_signal() {
  const int signal = o_.stop_on_signals ? SignalWatch::received() : 0;
  if (signal == 0) return;
  std::string why =
      fmt::format("{} in epoch {}, after {} of {} batches", signal_name(signal), state_.epoch, state_.batch, batches_);
  if (o_.early_stopping.patience > 0 && !std::isnan(state_.best))
    why += fmt::format("; the best was epoch {}", best_epoch());
  stop(signal == SIGINT ? StopReason::sigint : StopReason::sigterm, std::move(why));
}

std::string Training::note(const Epoch& epoch) const {
  if (o_.note) return o_.note(epoch);
  std::string text;
  for (const auto& [name, value] : epoch.metrics)
    text += fmt::format("{}{} {:#.4g}", text.empty() ? "" : "  ", name, value);
  if (text.empty() && epoch.validation_loss) text = fmt::format("validation loss {:#.4g}", *epoch.validation_loss);
  return text;
}

void Training::keep() {
  kept_values_.clear();
  for (const Parameter* p : values_of(task_)) kept_values_.push_back(p->value);
  kept_steps_ = state_.steps;
  task_.keep_optimizer();
}

void Training::give_up(const std::string& what) {
  const double last_rate = rate();
  const Parameters values = values_of(task_);
  for (std::size_t i = 0; i < values.size(); ++i) values[i]->value = kept_values_[i];
  task_.take_optimizer_back();
  const std::string kept =
      ends_with_best() ? fmt::format("the net is that of epoch {}, the best, and the optimiser as it was", best_epoch())
                       : "net and optimiser are as they were";
  stop(StopReason::not_finite,
       fmt::format("{} after {} (epoch {}, batch {}); {} after {}. Lower learning_rate ({}), or set "
                   "clip_norm",
                   what, count(state_.steps, "step"), state_.epoch, state_.batch, kept, count(kept_steps_, "step"),
                   last_rate));
}

void Training::save() {
  if (o_.checkpoint.empty()) return;
  for (const Parameter* p : values_of(task_))
    if (!is_finite(p->value)) return give_up(fmt::format("'{}' is not finite", p->name()));
  state_.net_draws = net_draws_.position();
  state_.learning_rate = rate();
  if (state_.batch > 0) state_.seconds = now() - epoch_began_;
  save_checkpoint(o_.checkpoint, state_, identity_, task_);
  saved_steps_ = state_.steps;
  saved_epoch_ = state_.epoch;
}

void Training::end() {
  const bool is_saved = saved_steps_ == state_.steps && saved_epoch_ == state_.epoch;
  if (reason_ != StopReason::not_finite && !is_saved) save();
  const bool interrupted = reason_ == StopReason::sigint || reason_ == StopReason::sigterm;
  if (!interrupted && ends_with_best()) {
    const Parameters values = values_of(task_);
    for (std::size_t i = 0; i < values.size(); ++i) values[i]->value = state_.best_values[i];
    state_.history.best_epoch = best_epoch();
  }
  if (is_stopped()) progress_->say("stopped: " + why_);
  state_.history.reason = reason_;
  state_.history.stopped_because = why_;
}

}  // namespace

History fit(Task& task, const data::Dataset& dataset, const FitOptions& options) {
  return Training(task, dataset, options).run();
}

}  // namespace nabla::train::detail
