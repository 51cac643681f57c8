#include "gnuplot.hpp"

#include <fmt/format.h>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstdio>
#include <memory>
#include <nabla/error.hpp>
#include <system_error>

#include "excerpt.hpp"

namespace nabla::train {
namespace {

[[noreturn]] void fail(std::string_view where, std::string_view what, int error) {
  throw IoError(where, fmt::format("{} ({}); check the space for temporary files, and how many files may be open", what,
                                   std::generic_category().message(error)));
}

/// A file without a name, which is gone with this object. Unlike a pipe, it cannot make one side wait for the other.
class Scratch {
 public:
  explicit Scratch(std::string_view where) : where_(where), file_(std::tmpfile()) {
    if (!file_) fail(where_, "No temporary file can be made", errno);
  }

  int descriptor() const { return fileno(file_.get()); }

  void write(std::string_view text) {
    if (std::fwrite(text.data(), 1, text.size(), file_.get()) != text.size() || std::fflush(file_.get()) != 0)
      fail(where_, "A temporary file cannot be written", errno);
    std::rewind(file_.get());
  }

  std::string text() {
    std::rewind(file_.get());
    std::string all;
    std::array<char, 1 << 14> part;
    while (const std::size_t count = std::fread(part.data(), 1, part.size(), file_.get()))
      all.append(part.data(), count);
    return all;
  }

 private:
  struct Close {
    void operator()(std::FILE* file) const { std::fclose(file); }
  };

  std::string_view where_;
  std::unique_ptr<std::FILE, Close> file_;
};

/// What stands at each of the three standard streams of a new process.
class Streams {
 public:
  Streams(const Scratch& in, const Scratch& out, const Scratch& error) {
    posix_spawn_file_actions_init(&actions_);
    posix_spawn_file_actions_adddup2(&actions_, in.descriptor(), STDIN_FILENO);
    posix_spawn_file_actions_adddup2(&actions_, out.descriptor(), STDOUT_FILENO);
    posix_spawn_file_actions_adddup2(&actions_, error.descriptor(), STDERR_FILENO);
  }
  Streams(const Streams&) = delete;
  Streams& operator=(const Streams&) = delete;
  ~Streams() { posix_spawn_file_actions_destroy(&actions_); }

  const posix_spawn_file_actions_t* actions() const { return &actions_; }

 private:
  posix_spawn_file_actions_t actions_;
};

}  // namespace

std::string gnuplot(std::string_view where, std::string_view script) {
  Scratch in(where), out(where), error(where);
  in.write(script);

  std::string program = "gnuplot", default_settings = "--default-settings";
  const std::array<char*, 3> arguments{program.data(), default_settings.data(), nullptr};
  pid_t process = 0;
  const Streams streams(in, out, error);
  const int failure = posix_spawnp(&process, program.c_str(), streams.actions(), nullptr, arguments.data(), environ);
  if (failure == ENOENT || failure == EACCES)
    throw IoError(where, "There is no gnuplot to draw with; install the Debian package gnuplot-nox");
  if (failure != 0) fail(where, "gnuplot cannot be started", failure);
  while (waitpid(process, nullptr, 0) < 0 && errno == EINTR) {
  }

  std::string svg = out.text();
  if (svg.find("</svg>") == std::string::npos)
    throw IoError(where, fmt::format("gnuplot has drawn nothing, and said {}; check that it is version 5 or later",
                                     detail::excerpt(error.text())));
  return svg;
}

}  // namespace nabla::train
