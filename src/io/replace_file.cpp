#include "replace_file.hpp"

#include <fcntl.h>
#include <fmt/core.h>
#include <unistd.h>

#include <atomic>
#include <cerrno>
#include <filesystem>
#include <nabla/error.hpp>
#include <system_error>
#include <utility>

namespace nabla::io {
namespace {

/// A name that nobody else writes to: by the process, and a count of what it has written.
std::string partial_name(const std::string& path) {
  static std::atomic<unsigned> count = 0;
  return fmt::format("{}.{}-{}.partial", path, getpid(), count++);
}

}  // namespace

Replacement::Replacement(std::string_view where, std::string path) : where_(where), path_(std::move(path)) {
  int descriptor = -1;
  do {  // a name may stand there since a process of the same number was killed
    partial_ = partial_name(path_);
    descriptor = open(partial_.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0666);
  } while (descriptor < 0 && errno == EEXIST);
  if (descriptor < 0) fail("cannot be created");
  file_ = fdopen(descriptor, "wb");
  if (file_) return;
  close(descriptor);
  unlink(partial_.c_str());
  fail("cannot be created");
}

Replacement::~Replacement() {
  if (file_) std::fclose(file_);
  if (!partial_.empty()) unlink(partial_.c_str());
}

void Replacement::write(const void* bytes, std::size_t count) {
  if (count > 0 && std::fwrite(bytes, 1, count, file_) != count) fail("cannot be written");
}

void Replacement::commit() {
  if (std::fflush(file_) != 0 || fsync(fileno(file_)) != 0) fail("cannot be written");
  if (std::fclose(std::exchange(file_, nullptr)) != 0) fail("cannot be written");
  if (std::rename(partial_.c_str(), path_.c_str()) != 0) fail("cannot be replaced");
  partial_.clear();

  // The new name is in the folder, which has to reach the disk too. Where that cannot be asked for, it is left to the
  // system.
  const std::string folder = std::filesystem::path(path_).parent_path().string();
  const int descriptor = open(folder.empty() ? "." : folder.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  if (descriptor < 0) return;
  fsync(descriptor);
  close(descriptor);
}

void Replacement::fail(std::string_view what) const {
  throw IoError(where_, fmt::format("{} {} ({}); check the folder and the space on the disk", path_, what,
                                    std::generic_category().message(errno)));
}

void replace_file(std::string_view where, const std::string& path, std::string_view text) {
  Replacement file(where, path);
  file.write(text);
  file.commit();
}

}  // namespace nabla::io
