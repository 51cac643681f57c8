// What a training shows of itself while it runs.
#pragma once

#include <cstdint>
#include <cstdio>
#include <limits>
#include <string>
#include <string_view>

namespace nabla::train {

/// How far a training has come.
struct ProgressState {
  std::int64_t epoch = 1;  ///< the one under way, 1 … epochs
  std::int64_t epochs = 1;
  std::int64_t samples = 0;  ///< of all epochs so far
  std::int64_t samples_in_all = 0;
  double loss = 0;                    ///< mean over the epoch so far
  double seconds = 0;                 ///< since it began
  double rate = 0;                    ///< samples a second, of late; 0 where it is not known
  double seconds_of_ending = 0;       ///< what an epoch takes beside its steps, for validation
  std::string_view unit = "samples";  ///< what the samples are called
  std::string_view note = {};         ///< about the last epoch, such as "test accuracy 88.1 %"
};

/// The state as a line with a bar over all epochs, at most `width` columns: where they are few, the note, the rate, the
/// loss, the time left and at last the bar are left out, in this order.
///
///     epoch  3/12 [====>              ]  loss 0.3312  31250 images/s  0:41 left
std::string progress_bar(const ProgressState& state, int width);

/// The state as a line without a bar, for a log. Where it would be wider, the rate, the time, the note and the loss are
/// left out, in this order.
///
///     epoch  3/12  loss 0.3312  test accuracy 87.6 %  31250 images/s  0:41 left
std::string progress_line(const ProgressState& state, int width = std::numeric_limits<int>::max());

/// Hours, minutes and seconds, rounded: 0:07, 1:05, 1:02:03.
std::string duration_text(double seconds);

enum class Display {
  automatic,  ///< a bar where the stream is a terminal that can rewrite a line, lines elsewhere
  bar,        ///< one line, rewritten at most ten times a second; the last epoch leaves a line without a bar
  lines,      ///< a line after every epoch
  none
};

struct ProgressOptions {
  std::int64_t epochs = 1;
  std::int64_t samples = 0;  ///< in an epoch
  std::string unit = "samples";
  Display display = Display::automatic;
  std::FILE* stream = stderr;  ///< by default beside a program's results, not among them
  // Of a training that goes on: what was made before.
  std::int64_t epochs_before = 0;
  std::int64_t samples_before = 0;  ///< of the epoch under way
  double loss_before = 0;           ///< their mean loss
};

/// The progress display of a training loop. It is told of every step and every epoch, and writes to its stream, on a
/// terminal never more than fits a line. The time runs from its construction. The rate is that of the last ten seconds
/// or so, of an average whose weights fall off as e^(−t/10 s); what is done between the last step of an epoch and
/// finish_epoch() does not lower it, but counts in the time left. One thread at a time.
class Progress {
 public:
  explicit Progress(const ProgressOptions& options);
  Progress(const Progress&) = delete;
  Progress& operator=(const Progress&) = delete;
  /// Removes the bar, so that an error message begins on a clean line.
  ~Progress();

  /// A step has been made on so many samples, with this mean loss.
  void step(std::int64_t samples, double loss);
  /// An epoch has ended; the note is shown with it.
  void finish_epoch(std::string_view note = {});

  /// A line for itself, in place of the bar if there is one; nothing with Display::none.
  void say(std::string_view text);

  /// Mean loss of the samples of this epoch so far; NaN where there are none.
  double loss() const;

 private:
  ProgressState state() const;
  void write(std::string_view text);

  ProgressOptions options_;
  std::int64_t epoch_;
  std::int64_t samples_;               // of all epochs
  std::int64_t samples_of_epoch_ = 0;  // of this one
  double sum_of_losses_ = 0;           // over those
  std::string note_;
  // Of late: samples, and the seconds that they took, both with weights that fall off.
  double recent_samples_ = 0, recent_seconds_ = 0;
  double seconds_of_ending_ = 0;     // of the last epoch
  double began_, drawn_, reported_;  // seconds of the steady clock; the last step or epoch
  bool bar_stands_ = false;          // on the stream's last line
};

}  // namespace nabla::train
