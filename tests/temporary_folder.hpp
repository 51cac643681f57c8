// Files that tests write and leave no trace of.
#pragma once

#include <zlib.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <nabla/error.hpp>
#include <stdexcept>
#include <string>

namespace nabla::test {

/// A folder of its own that lasts as long as this object.
class TemporaryFolder {
 public:
  TemporaryFolder() {
    std::string name = (std::filesystem::temp_directory_path() / "nabla-test-XXXXXX").string();
    if (!mkdtemp(name.data())) throw std::runtime_error("no temporary folder");
    path_ = name;
  }
  TemporaryFolder(const TemporaryFolder&) = delete;
  TemporaryFolder& operator=(const TemporaryFolder&) = delete;
  ~TemporaryFolder() {
    std::error_code ignored;
    std::filesystem::remove_all(path_, ignored);
  }

  std::string path() const { return path_; }
  std::string path(const std::string& name) const { return path_ + "/" + name; }

  /// Writes a file and returns its path.
  std::string write(const std::string& name, const std::string& content) const {
    std::filesystem::remove(path(name));  // ext4 is slow to write over a file that it has cut to nothing
    std::ofstream(path(name), std::ios::binary) << content;
    return path(name);
  }

 private:
  std::string path_;
};

/// The content as one gzip member.
inline std::string gzipped(const std::string& content) {
  z_stream z{};
  deflateInit2(&z, Z_BEST_COMPRESSION, Z_DEFLATED, 16 + MAX_WBITS, 9, Z_DEFAULT_STRATEGY);
  std::string out(deflateBound(&z, static_cast<uLong>(content.size())), '\0');
  z.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(content.data()));
  z.avail_in = static_cast<uInt>(content.size());
  z.next_out = reinterpret_cast<Bytef*>(out.data());
  z.avail_out = static_cast<uInt>(out.size());
  deflate(&z, Z_FINISH);
  out.resize(z.total_out);
  deflateEnd(&z);
  return out;
}

/// The message of the E that f throws.
template <class E, class F>
std::string complaint(F f) {
  try {
    f();
  } catch (const E& e) {
    return e.what();
  }
  return "no such exception";
}

/// What the function named `where` says, by an IoError, of a file with this content: the part after the file's name.
template <class Read>
std::string complaint_about(const std::string& where, const std::string& content, Read read) {
  const TemporaryFolder folder;
  const std::string path = folder.write("file", content);
  const std::string message = complaint<IoError>([&] { read(path); });
  const std::string start = "[" + where + "] " + path + ", ";
  return message.starts_with(start) ? message.substr(start.size()) : message;
}

}  // namespace nabla::test
