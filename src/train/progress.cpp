#include <fmt/core.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include <algorithm>
#include <chrono>
#include <cmath>
#include <cstdlib>
#include <limits>
#include <nabla/train/progress.hpp>
#include <string>

namespace nabla::train {
namespace {

constexpr int narrowest_bar = 10, widest_bar = 60;  // between the brackets
constexpr int usual_width = 80;
constexpr int room_for_an_echo = 2;  // the terminal shows Ctrl-C as ^C, behind the bar
constexpr double seconds_between_drawings = 0.1;
constexpr double seconds_of_late = 10;

constexpr std::string_view erase_line = "\r\x1b[K";
constexpr std::string_view erase_rest_of_line = "\x1b[K";

double now() { return std::chrono::duration<double>(std::chrono::steady_clock::now().time_since_epoch()).count(); }

/// A bar needs a cursor that goes back; an Emacs shell, say, is a terminal without.
bool can_rewrite_lines(std::FILE* stream) {
  const char* kind = std::getenv("TERM");
  return isatty(fileno(stream)) == 1 && kind && std::string_view(kind) != "dumb";
}

/// Asked for every drawing: windows change their size.
/// The last column is left free: what stands there takes the cursor to the next line.
int room(std::FILE* stream) {
  winsize size{};
  return (ioctl(fileno(stream), TIOCGWINSZ, &size) == 0 && size.ws_col > 0 ? size.ws_col : usual_width) - 1;
}

/// Of UTF-8, without regard to letters of other widths.
int width_of(std::string_view text) {
  return static_cast<int>(std::ranges::count_if(text, [](char c) { return (c & 0xC0) != 0x80; }));
}

double fraction_done(const ProgressState& state) {
  if (state.samples_in_all <= 0) return 0;
  return std::clamp(static_cast<double>(state.samples) / static_cast<double>(state.samples_in_all), 0.0, 1.0);
}

// The parts of a line. All but the first begin with two blanks, or are empty where there is nothing to say yet.

/// The number of the epoch takes as much room as the last one's will.
std::string epoch_part(const ProgressState& state) {
  const std::string epochs = fmt::format("{}", state.epochs);
  return fmt::format("epoch {:>{}}/{}", state.epoch, epochs.size(), epochs);
}

std::string bar_part(double fraction, int width) {
  const int filled = static_cast<int>(fraction * width);
  std::string bar(static_cast<std::size_t>(filled), '=');
  if (filled < width) bar += '>';
  bar.resize(static_cast<std::size_t>(width), ' ');
  return fmt::format(" [{}]", bar);
}

std::string loss_part(const ProgressState& state) {
  if (state.samples <= 0) return {};
  const bool decimals_show_it = !(std::abs(state.loss) < 1e-3) || state.loss == 0;
  return decimals_show_it ? fmt::format("  loss {:.4f}", state.loss) : fmt::format("  loss {:.1e}", state.loss);
}

std::string note_part(const ProgressState& state) {
  return state.note.empty() ? std::string() : fmt::format("  {}", state.note);
}

std::string rate_part(const ProgressState& state) {
  if (!(state.rate > 0)) return {};
  return state.rate < 100 ? fmt::format("  {:.1f} {}/s", state.rate, state.unit)
                          : fmt::format("  {:.0f} {}/s", state.rate, state.unit);
}

/// The rest by the rate of late, and an ending for every epoch of it.
std::string time_part(const ProgressState& state) {
  const double fraction = fraction_done(state);
  if (fraction == 1) return fmt::format("  {} in all", duration_text(state.seconds));
  if (fraction == 0 || !(state.rate > 0)) return {};
  const std::int64_t samples = state.samples_in_all - state.samples;
  const std::int64_t of_an_epoch =
      std::max<std::int64_t>(state.samples_in_all / std::max<std::int64_t>(state.epochs, 1), 1);
  const std::int64_t endings = (samples - 1) / of_an_epoch + 1;
  return fmt::format("  {} left", duration_text(static_cast<double>(samples) / state.rate +
                                                static_cast<double>(endings) * state.seconds_of_ending));
}

}  // namespace

std::string duration_text(double seconds) {
  constexpr double longest = 1e9;                                                              // 30 years
  const auto s = static_cast<long>(seconds > 0 ? std::round(std::min(seconds, longest)) : 0);  // NaN is 0 too
  if (s < 3600) return fmt::format("{}:{:02}", s / 60, s % 60);
  return fmt::format("{}:{:02}:{:02}", s / 3600, s / 60 % 60, s % 60);
}

std::string progress_line(const ProgressState& state, int width) {
  const std::string epoch = epoch_part(state), loss = loss_part(state), time = time_part(state);
  const std::string rate = rate_part(state), note = note_part(state);
  for (const std::string& rest : {loss + note + rate + time, loss + note + time, loss + note, loss})
    if (width_of(epoch + rest) <= width) return epoch + rest;
  return epoch.substr(0, static_cast<std::size_t>(std::max(width, 0)));
}

std::string progress_bar(const ProgressState& state, int width) {
  const std::string epoch = epoch_part(state), loss = loss_part(state), time = time_part(state);
  const std::string rate = rate_part(state), note = note_part(state);
  for (const std::string& rest : {loss + note + rate + time, loss + rate + time, loss + time, time, std::string()}) {
    const int brackets = 3;
    const int room = width - width_of(epoch + rest) - brackets;
    if (room >= narrowest_bar) return epoch + bar_part(fraction_done(state), std::min(room, widest_bar)) + rest;
  }
  return epoch.substr(0, static_cast<std::size_t>(std::max(width, 0)));
}

Progress::Progress(const ProgressOptions& options)
    : options_(options),
      epoch_(options.epochs_before + 1),
      samples_(options.epochs_before * options.samples + options.samples_before),
      samples_of_epoch_(options.samples_before),
      sum_of_losses_(options.loss_before * static_cast<double>(options.samples_before)),
      began_(now()),
      drawn_(began_),
      reported_(began_) {
  if (options_.display == Display::automatic)
    options_.display = can_rewrite_lines(options_.stream) ? Display::bar : Display::lines;
}

Progress::~Progress() {
  if (bar_stands_) write(erase_line);
}

void Progress::say(std::string_view text) {
  if (options_.display == Display::none) return;
  write(fmt::format("{}{}\n", bar_stands_ ? erase_line : "", text));
  bar_stands_ = false;
}

double Progress::loss() const {
  if (samples_of_epoch_ == 0) return std::numeric_limits<double>::quiet_NaN();
  return sum_of_losses_ / static_cast<double>(samples_of_epoch_);
}

ProgressState Progress::state() const {
  return {.epoch = epoch_,
          .epochs = options_.epochs,
          .samples = samples_,
          .samples_in_all = options_.epochs * options_.samples,
          .loss = loss(),
          .seconds = now() - began_,
          .rate = recent_seconds_ > 0 ? recent_samples_ / recent_seconds_ : 0,
          .seconds_of_ending = seconds_of_ending_,
          .unit = options_.unit,
          .note = note_};
}

void Progress::write(std::string_view text) {
  std::fwrite(text.data(), 1, text.size(), options_.stream);
  std::fflush(options_.stream);
}

void Progress::step(std::int64_t samples, double loss) {
  samples_ += samples;
  samples_of_epoch_ += samples;
  sum_of_losses_ += loss * static_cast<double>(samples);
  if (options_.display == Display::none) return;
  const double time = now(), seconds = time - reported_, weight = std::exp(-seconds / seconds_of_late);
  recent_samples_ = weight * recent_samples_ + static_cast<double>(samples);
  recent_seconds_ = weight * recent_seconds_ + seconds;
  reported_ = time;
  if (options_.display != Display::bar || time < drawn_ + seconds_between_drawings) return;
  const int width = room(options_.stream) - room_for_an_echo;
  write(fmt::format("\r{}{}", progress_bar(state(), width), erase_rest_of_line));
  bar_stands_ = true;
  drawn_ = time;
}

void Progress::finish_epoch(std::string_view note) {
  note_ = note;
  seconds_of_ending_ = now() - reported_;
  reported_ += seconds_of_ending_;
  const bool last = epoch_ == options_.epochs;
  if (options_.display == Display::lines || (options_.display == Display::bar && last)) {
    const bool is_terminal = isatty(fileno(options_.stream)) == 1;
    const std::string line = is_terminal ? progress_line(state(), room(options_.stream)) : progress_line(state());
    write(fmt::format("{}{}\n", bar_stands_ ? erase_line : "", line));
    bar_stands_ = false;
  }
  ++epoch_;
  samples_of_epoch_ = 0;
  sum_of_losses_ = 0;
}

}  // namespace nabla::train
