#include <doctest/doctest.h>
#include <fcntl.h>
#include <fmt/format.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include <algorithm>
#include <chrono>
#include <cmath>
#include <cstdlib>
#include <nabla/train/progress.hpp>
#include <string>
#include <thread>

using namespace nabla;
using train::Display;

namespace {

/// Two and a half of ten epochs of 1000 images, 5 s in.
train::ProgressState quarter() {
  return {.epoch = 3,
          .epochs = 10,
          .samples = 2500,
          .samples_in_all = 10'000,
          .loss = 0.33119,
          .seconds = 5,
          .rate = 500,
          .unit = "images"};
}

/// A stream that is no terminal, and what has been written to it.
class Log {
 public:
  Log() : stream_(open_memstream(&text_, &size_)) { REQUIRE(stream_); }
  Log(const Log&) = delete;
  Log& operator=(const Log&) = delete;
  ~Log() {
    std::fclose(stream_);
    std::free(text_);
  }
  std::FILE* stream() { return stream_; }
  std::string text() {
    std::fflush(stream_);
    return {text_, size_};
  }

 private:
  char* text_ = nullptr;
  std::size_t size_ = 0;
  std::FILE* stream_;
};

/// A terminal of so many columns, and what has been written to it.
class Terminal {
 public:
  explicit Terminal(unsigned short columns) : master_(posix_openpt(O_RDWR | O_NOCTTY)) {
    REQUIRE(master_ >= 0);
    REQUIRE(grantpt(master_) == 0);
    REQUIRE(unlockpt(master_) == 0);
    stream_ = fdopen(open(ptsname(master_), O_RDWR | O_NOCTTY), "r+");
    REQUIRE(stream_);
    resize(columns);
    setenv("TERM", "xterm", 1);
  }
  Terminal(const Terminal&) = delete;
  Terminal& operator=(const Terminal&) = delete;
  ~Terminal() {
    std::fclose(stream_);
    close(master_);
    unsetenv("TERM");
  }
  void resize(unsigned short columns) {
    const winsize size{.ws_row = 24, .ws_col = columns, .ws_xpixel = 0, .ws_ypixel = 0};
    REQUIRE(ioctl(master_, TIOCSWINSZ, &size) == 0);
  }
  std::FILE* stream() { return stream_; }
  /// What has come since the last call. A bell marks the end: the kernel takes its time to hand the text on.
  std::string text() {
    std::fputc('\a', stream_);
    std::fflush(stream_);
    std::string all;
    for (char c = 0; read(master_, &c, 1) == 1 && c != '\a';) all += c;
    return all;
  }

 private:
  int master_;
  std::FILE* stream_ = nullptr;
};

void wait_for_the_next_drawing() { std::this_thread::sleep_for(std::chrono::milliseconds(110)); }

/// The text without the rate and what follows it, which depend on the clock.
std::string before_rate(const std::string& line) { return line.substr(0, line.rfind("  ", line.find("/s  "))); }

}  // namespace

TEST_CASE("durations are minutes and seconds, and hours where there are any") {
  CHECK(train::duration_text(0) == "0:00");
  CHECK(train::duration_text(0.4) == "0:00");
  CHECK(train::duration_text(7) == "0:07");
  CHECK(train::duration_text(59.6) == "1:00");
  CHECK(train::duration_text(65) == "1:05");
  CHECK(train::duration_text(3599) == "59:59");
  CHECK(train::duration_text(3599.5) == "1:00:00");
  CHECK(train::duration_text(3723) == "1:02:03");
  CHECK(train::duration_text(100 * 3600) == "100:00:00");
}

TEST_CASE("durations that no clock measures are cut to what can be said") {
  CHECK(train::duration_text(-1) == "0:00");
  CHECK(train::duration_text(INFINITY) == train::duration_text(1e9));
  CHECK(train::duration_text(NAN) == "0:00");
}

TEST_CASE("a bar fills the width") {
  CHECK(train::progress_bar(quarter(), 79) ==
        "epoch  3/10 [======>                    ]  loss 0.3312  500 images/s  0:15 left");
}

TEST_CASE("the bar is as long as the share of all epochs that is done") {
  const auto bar = [](std::int64_t samples) {
    train::ProgressState state = quarter();
    state.samples = samples;
    const std::string line = train::progress_bar(state, 36);
    return line.substr(0, line.find(']') + 1);
  };
  CHECK(bar(0) == "epoch  3/10 [>                     ]");
  CHECK(bar(2500) == "epoch  3/10 [==>        ]");
  CHECK(bar(5000) == "epoch  3/10 [=====>     ]");
  CHECK(bar(9999) == "epoch  3/10 [==========>]");
  CHECK(bar(10'000) == "epoch  3/10 [======================]");
  CHECK(bar(20'000) == "epoch  3/10 [======================]");
}

TEST_CASE("of a narrow bar, the parts are left out one by one, and it is never wider than it may be") {
  train::ProgressState state = quarter();
  state.note = "test accuracy 87.6 %";
  const auto shows = [&](int width, std::string_view part) {
    return train::progress_bar(state, width).find(part) != std::string::npos;
  };
  for (int width = 0; width <= 150; ++width) CHECK(train::progress_bar(state, width).size() <= std::size_t(width));
  CHECK(train::progress_bar(state, -1).empty());

  int narrower = 200;  // than this, the part before is gone
  for (std::string_view part : {"accuracy", "images/s", "loss", "left", "[", "epoch"}) {
    int width = 150;
    while (width > 0 && shows(width - 1, part)) --width;
    CHECK(width < narrower);
    narrower = width;
  }
}

TEST_CASE("a very wide terminal has a bar of sixty columns") {
  const std::string line = train::progress_bar(quarter(), 500);
  CHECK(line.find(']') - line.find('[') == 61);
}

TEST_CASE("a line for a log") {
  train::ProgressState state = quarter();
  CHECK(train::progress_line(state) == "epoch  3/10  loss 0.3312  500 images/s  0:15 left");
  state.note = "test accuracy 87.6 %";
  CHECK(train::progress_line(state) == "epoch  3/10  loss 0.3312  test accuracy 87.6 %  500 images/s  0:15 left");
  state.epoch = 10;
  state.samples = 10'000;
  state.seconds = 20;
  CHECK(train::progress_line(state) == "epoch 10/10  loss 0.3312  test accuracy 87.6 %  500 images/s  0:20 in all");
}

TEST_CASE("what is not known is not said") {
  CHECK(train::progress_line({}) == "epoch 1/1");
  CHECK(train::progress_line({.epochs = 3, .samples = 10, .loss = 1}) == "epoch 1/3  loss 1.0000");
  CHECK(train::progress_line({.epochs = 3, .samples = 10, .loss = 1, .seconds = 2, .rate = 5}) ==
        "epoch 1/3  loss 1.0000  5.0 samples/s");
}

TEST_CASE("losses and rates of any size") {
  const auto line = [](double loss, std::int64_t samples) {
    return train::progress_line({.samples = samples, .loss = loss, .rate = static_cast<double>(samples) / 10});
  };
  CHECK(line(12.3456, 10) == "epoch 1/1  loss 12.3456  1.0 samples/s");
  CHECK(line(0.00123, 999) == "epoch 1/1  loss 0.0012  99.9 samples/s");
  CHECK(line(0.000123, 1000) == "epoch 1/1  loss 1.2e-04  100 samples/s");
  CHECK(line(0, 10'000'000) == "epoch 1/1  loss 0.0000  1000000 samples/s");
  CHECK(line(-2, 3) == "epoch 1/1  loss -2.0000  0.3 samples/s");
  CHECK(line(NAN, 10) == "epoch 1/1  loss nan  1.0 samples/s");
  CHECK(line(INFINITY, 10) == "epoch 1/1  loss inf  1.0 samples/s");
}

TEST_CASE("no terminal: one line an epoch, with the mean loss of its samples") {
  Log log;
  {
    train::Progress progress({.epochs = 2, .samples = 40, .unit = "images", .stream = log.stream()});
    CHECK(std::isnan(progress.loss()));
    progress.step(30, 1);
    progress.step(10, 3);
    CHECK(progress.loss() == 1.5);
    CHECK(log.text().empty());
    progress.finish_epoch("test accuracy 50.0 %");
    CHECK(before_rate(log.text()) == "epoch 1/2  loss 1.5000  test accuracy 50.0 %");
    CHECK(log.text().ends_with(" left\n"));
    progress.step(40, 0.5);
    progress.finish_epoch();
  }
  const std::string second = log.text().substr(log.text().find('\n') + 1);
  CHECK(before_rate(second) == "epoch 2/2  loss 0.5000");
  CHECK(second.ends_with(" in all\n"));
  CHECK(std::ranges::count(log.text(), '\n') == 2);
  CHECK(log.text().find('\r') == std::string::npos);
}

TEST_CASE("nothing where nothing is wanted") {
  Terminal terminal(80);
  {
    train::Progress progress({.epochs = 1, .samples = 2, .display = Display::none, .stream = terminal.stream()});
    progress.step(1, 1);
    wait_for_the_next_drawing();
    progress.step(1, 2);
    CHECK(progress.loss() == 1.5);
    progress.finish_epoch("note");
  }
  CHECK(terminal.text().empty());
}

TEST_CASE("a terminal: one line that is rewritten, fits, and leaves the line of the last epoch") {
  Terminal terminal(60);
  train::Progress progress({.epochs = 2, .samples = 2, .unit = "images", .stream = terminal.stream()});
  progress.step(1, 0.25);
  terminal.text();

  wait_for_the_next_drawing();
  progress.step(1, 0.75);
  std::string drawn = terminal.text();
  CHECK(drawn.starts_with("\repoch 1/2 [==="));
  CHECK(drawn.find("  loss 0.5000") != std::string::npos);
  CHECK(drawn.ends_with(" left\x1b[K"));
  CHECK(drawn.size() <= 57 + std::string_view("\r\x1b[K").size());

  progress.finish_epoch();
  CHECK(terminal.text().empty());

  terminal.resize(40);
  wait_for_the_next_drawing();
  progress.step(2, 0.1);
  drawn = terminal.text();
  CHECK(drawn.starts_with("\repoch 2/2 [==="));
  CHECK(drawn.size() <= 37 + std::string_view("\r\x1b[K").size());

  progress.finish_epoch("test accuracy 50.0 %");
  drawn = terminal.text();
  CHECK(drawn == "\r\x1b[Kepoch 2/2  loss 0.1000\r\n");  // the note would take more than 39 columns
}

TEST_CASE("a training that ends early takes its bar with it") {
  Terminal terminal(80);
  {
    train::Progress progress({.epochs = 2, .samples = 2, .stream = terminal.stream()});
    wait_for_the_next_drawing();
    progress.step(1, 0.25);
    CHECK(terminal.text().starts_with("\repoch 1/2 ["));
  }
  CHECK(terminal.text() == "\r\x1b[K");
}

TEST_CASE("at most ten drawings a second") {
  Log log;
  const auto start = std::chrono::steady_clock::now();
  train::Progress progress({.epochs = 1, .samples = 1'000'000, .display = Display::bar, .stream = log.stream()});
  for (int i = 0; i < 1'000'000; ++i) progress.step(1, 1);
  const std::chrono::duration<double> elapsed = std::chrono::steady_clock::now() - start;
  CHECK(static_cast<double>(std::ranges::count(log.text(), '\r')) <= 10 * elapsed.count());
}

TEST_CASE("a terminal that cannot rewrite a line is a log") {
  Terminal terminal(80);
  setenv("TERM", "dumb", 1);
  train::Progress progress({.epochs = 1, .samples = 1, .stream = terminal.stream()});
  wait_for_the_next_drawing();
  progress.step(1, 0.25);
  CHECK(terminal.text().empty());
  progress.finish_epoch();
  CHECK(terminal.text().starts_with("epoch 1/1  loss 0.2500"));
}

TEST_CASE("a training that goes on counts what was made before, but not into its rate") {
  Log log;
  train::Progress progress({.epochs = 3,
                            .samples = 10,
                            .display = Display::lines,
                            .stream = log.stream(),
                            .epochs_before = 1,
                            .samples_before = 6,
                            .loss_before = 0.25});
  progress.step(4, 0.5);
  progress.finish_epoch();
  progress.step(10, 0.5);
  progress.finish_epoch();
  const std::string text = log.text();
  CHECK(text.starts_with("epoch 2/3  loss 0.3500  "));
  CHECK(text.find("\nepoch 3/3  loss 0.5000  ") != std::string::npos);
}

TEST_CASE("the time left is that of the samples, by the rate, and of the ends of epochs") {
  train::ProgressState state = quarter();  // 7500 samples, and the ends of epochs 3 to 10
  state.seconds_of_ending = 10;
  CHECK(train::progress_line(state) == "epoch  3/10  loss 0.3312  500 images/s  1:35 left");
  state.samples = 3000;  // of epochs 4 to 10
  CHECK(train::progress_line(state) == "epoch  3/10  loss 0.3312  500 images/s  1:24 left");
  state.samples = 3001;
  CHECK(train::progress_line(state) == "epoch  3/10  loss 0.3312  500 images/s  1:24 left");
  state.rate = 0;
  CHECK(train::progress_line(state) == "epoch  3/10  loss 0.3312");
}

TEST_CASE("the rate is that of late, and what is done between epochs does not lower it") {
  Log log;
  train::Progress progress({.epochs = 3, .samples = 4000, .display = Display::lines, .stream = log.stream()});
  const auto rate = [&] {  // of the last line
    const std::string text = log.text(), line = text.substr(text.rfind("\nepoch ") + 1);
    const std::size_t end = line.find(" samples/s");
    return std::stod(line.substr(line.rfind("  ", end)));
  };
  const auto sleep = [](int milliseconds) { std::this_thread::sleep_for(std::chrono::milliseconds(milliseconds)); };
  sleep(1);
  progress.step(4000, 1);  // fast
  sleep(300);              // validation
  progress.finish_epoch();
  CHECK(rate() > 4000 / 0.29);
  CHECK(std::stod(log.text().substr(log.text().find(":") + 1)) <= 1);  // 0:01 left
  sleep(300);
  progress.step(4000, 1);  // slow
  progress.finish_epoch();
  CHECK(rate() < 8000 / 0.3);
}

TEST_CASE("a line is no wider than it may be, and the loss and what it is about stay longest") {
  train::ProgressState state = quarter();
  state.note = "Genauigkeit für Prüfziffern 87,6 %";  // 34 columns, 36 bytes
  const std::string whole = "epoch  3/10  loss 0.3312  Genauigkeit für Prüfziffern 87,6 %  500 images/s  0:15 left";
  CHECK(train::progress_line(state) == whole);
  CHECK(train::progress_line(state, 85) == whole);
  CHECK(train::progress_line(state, 84) == "epoch  3/10  loss 0.3312  Genauigkeit für Prüfziffern 87,6 %  0:15 left");
  CHECK(train::progress_line(state, 60) == "epoch  3/10  loss 0.3312  Genauigkeit für Prüfziffern 87,6 %");
  CHECK(train::progress_line(state, 59) == "epoch  3/10  loss 0.3312");
  CHECK(train::progress_line(state, 23) == "epoch  3/10");
  CHECK(train::progress_line(state, 5) == "epoch");
  CHECK(train::progress_line(state, -1).empty());
}

TEST_CASE("no line is wider than the terminal, nor is the bar with the echo of Ctrl-C behind it") {
  for (const unsigned short width : std::initializer_list<unsigned short>{60, 80, 100}) {
    Terminal terminal(width);
    for (const Display display : {Display::bar, Display::lines}) {
      train::Progress progress({.epochs = 1, .samples = 2, .display = display, .stream = terminal.stream()});
      wait_for_the_next_drawing();
      progress.step(2, 0.25);
      if (display == Display::bar) {
        const std::string bar = terminal.text();
        CHECK(bar.size() < width - std::string_view("^C").size() + std::string_view("\r\x1b[K").size());
      }
      progress.finish_epoch("a long note, of metrics with long names such as macro_precision 0.812, that will not fit");
      std::string line = terminal.text();
      line.erase(0, line.find("epoch"));
      CHECK(line.ends_with("\r\n"));
      CHECK(line.size() < width + std::string_view("\r\n").size());
      CHECK(line.starts_with("epoch 1/1  loss 0.2500"));
    }
  }
}

TEST_CASE("what is said stands on a line of its own") {
  Log log;
  train::Progress progress({.display = Display::lines, .stream = log.stream()});
  progress.say("stopped");
  train::Progress silent({.display = Display::none, .stream = log.stream()});
  silent.say("nothing");
  CHECK(log.text() == "stopped\n");
}
