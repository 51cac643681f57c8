// Writing a file so that there is always a whole one.
#pragma once

#include <cstddef>
#include <cstdio>
#include <span>
#include <string>
#include <string_view>

namespace nabla::io {

/// A file under way, which takes the place of the one at `path` by commit(), and leaves no trace without it; where its
/// process is killed, the next one for `path` removes what is left. Any number may be under way for one path.
/// Everything throws IoError, as of `where`.
class Replacement {
 public:
  Replacement(std::string_view where, std::string path);
  Replacement(const Replacement&) = delete;
  Replacement& operator=(const Replacement&) = delete;
  ~Replacement();

  void write(const void* bytes, std::size_t count);
  void write(std::string_view text) { write(text.data(), text.size()); }
  /// The bytes reach the disk before the name does, so that not even a power failure leaves less than a whole file.
  void commit();

 private:
  [[noreturn]] void fail(std::string_view what) const;

  std::string where_, path_, partial_;
  std::FILE* file_ = nullptr;
};

/// The file at `path` holds this text from now on. @throws IoError
void replace_file(std::string_view where, const std::string& path, std::string_view text);

}  // namespace nabla::io
