#include "replace_file.hpp"

#include <fcntl.h>
#include <fmt/core.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
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

/// Whether partial_name(path) may have made this name.
bool is_partial_name(std::string_view name, std::string_view path) {
  constexpr std::string_view digits = "0123456789", end = ".partial";
  const auto remove_number = [&] {
    const std::size_t length = std::min(name.find_first_not_of(digits), name.size());
    name.remove_prefix(length);
    return length > 0;
  };
  const auto remove = [&](std::string_view text) {
    const bool stands_there = name.starts_with(text);
    if (stands_there) name.remove_prefix(text.size());
    return stands_there;
  };
  return remove(path) && remove(".") && remove_number() && remove("-") && remove_number() && name == end;
}

bool lock(int descriptor, int how) {
  int result = 0;
  do {
    result = flock(descriptor, how);
  } while (result != 0 && errno == EINTR);
  return result == 0;
}

/// Removes what writers of this file have left that were killed. A file under way is locked as long as its writer
/// lives, so one that can be locked is nobody's. Where locks or the folder's list are not to be had, all stay.
void remove_abandoned(const std::string& path) {
  namespace fs = std::filesystem;
  const fs::path folder = fs::path(path).parent_path();
  const std::string name = fs::path(path).filename();
  std::error_code error;
  for (fs::directory_iterator file(folder.empty() ? "." : folder, error), end; !error && file != end;
       file.increment(error)) {
    if (!is_partial_name(file->path().filename().native(), name)) continue;
    const int descriptor = open(file->path().c_str(), O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC);
    if (descriptor < 0) continue;
    if (lock(descriptor, LOCK_EX | LOCK_NB)) unlink(file->path().c_str());
    close(descriptor);
  }
}

/// Locks a file just made; false where somebody has taken it for abandoned before and removed it.
bool lock_as_writer(int descriptor) {
  lock(descriptor, LOCK_EX);
  struct stat status {};
  return fstat(descriptor, &status) != 0 || status.st_nlink > 0;
}

}  // namespace

Replacement::Replacement(std::string_view where, std::string path) : where_(where), path_(std::move(path)) {
  remove_abandoned(path_);
  int descriptor = -1;
  while (descriptor < 0) {
    partial_ = partial_name(path_);
    descriptor = open(partial_.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0666);
    if (descriptor >= 0 && !lock_as_writer(descriptor))
      close(std::exchange(descriptor, -1));
    else if (descriptor < 0 && errno != EEXIST)
      break;  // of a process of the same number, elsewhere
  }
  if (descriptor < 0) fail("cannot be created");
  file_ = fdopen(descriptor, "wb");
  if (file_) return;
  close(descriptor);
  unlink(partial_.c_str());
  fail("cannot be created");
}

Replacement::~Replacement() {
  if (!partial_.empty()) unlink(partial_.c_str());
  if (file_) std::fclose(file_);
}

void Replacement::write(const void* bytes, std::size_t count) {
  if (count > 0 && std::fwrite(bytes, 1, count, file_) != count) fail("cannot be written");
}

void Replacement::commit() {
  if (std::fflush(file_) != 0 || fsync(fileno(file_)) != 0) fail("cannot be written");
  if (std::rename(partial_.c_str(), path_.c_str()) != 0) fail("cannot be replaced");
  partial_.clear();
  std::fclose(std::exchange(file_, nullptr));  // and with it the lock; the bytes are on the disk

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
