// The bytes of a file, inflated if need be.
#pragma once

#include <zlib.h>

#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace nabla::data {

using Byte = unsigned char;

/// Reads a file, or a block of memory, from front to back in pieces of 64 KiB. Content that begins as gzip does (RFC
/// 1952) is inflated; members that follow one another count as one. Whatever goes wrong is an IoError.
class ByteReader {
 public:
  /// Opens a file. `where` is the function on whose behalf errors are reported.
  ByteReader(std::string where, std::string path);
  /// Reads memory that outlives the reader.
  ByteReader(std::string where, std::string name, std::span<const Byte> content);

  static constexpr int end = -1;

  /// The next byte, or `end`.
  int get() {
    if (window_.empty() && !refill()) return end;
    const Byte byte = window_.front();
    window_ = window_.subspan(1);
    ++offset_;
    return byte;
  }
  /// Passes over this text, if the content begins with it.
  void skip_start(std::string_view text);
  /// Appends n bytes to `out`, fewer at the end of the content. However large n is, `out` grows only by what is there.
  void append_to(std::vector<Byte>& out, std::uint64_t n);

  /// How many bytes have been taken; inflated ones, if the content is compressed.
  std::uint64_t offset() const { return offset_; }

  /// @throws IoError "[where] name, place: complaint"
  [[noreturn]] void fail(std::string_view place, std::string_view complaint) const;
  /// "name, place: complaint"
  std::string at(std::string_view place, std::string_view complaint) const;
  const std::string& where() const { return where_; }

 private:
  struct Inflater {
    Inflater();
    Inflater(const Inflater&) = delete;
    Inflater& operator=(const Inflater&) = delete;
    ~Inflater() { inflateEnd(&stream); }

    z_stream stream{};
    bool at_end = false;  // of a member: another may follow
  };
  struct FileCloser {
    void operator()(std::FILE* file) const { std::fclose(file); }
  };

  void detect_gzip();
  bool read_packed();
  bool refill();
  bool inflate_window();
  [[noreturn]] void fail_gzip(std::string_view why) const;

  std::string where_;
  std::string name_;
  std::unique_ptr<std::FILE, FileCloser> file_;
  std::unique_ptr<Inflater> inflater_;
  std::vector<Byte> packed_buffer_;
  std::vector<Byte> inflated_buffer_;
  std::span<const Byte> packed_;  // as it stands in the file, not yet looked at,
  std::uint64_t packed_end_ = 0;  // up to here
  std::span<const Byte> window_;  // inflated, not yet taken
  std::uint64_t offset_ = 0;
};

}  // namespace nabla::data
