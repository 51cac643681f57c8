#include <fmt/core.h>

#include <cstdint>
#include <string_view>
#include <vector>

#include "image_formats.hpp"

namespace nabla::data {
namespace {

bool is_blank(int c) { return c == ' ' || (c >= '\t' && c <= '\r'); }

/// Numbers of a PGM file, between blanks and comments.
class Numbers {
 public:
  explicit Numbers(ByteReader& bytes) : bytes_(bytes) {}

  /// The next number, and the one character behind it.
  std::int64_t next(std::string_view what, std::int64_t least, std::int64_t most) {
    int c = bytes_.get();
    while (is_blank(c) || c == '#') {
      if (c == '#')
        while (c != '\n' && c != '\r' && c != ByteReader::end) c = bytes_.get();
      else
        c = bytes_.get();
    }
    const std::uint64_t start = c == ByteReader::end ? bytes_.offset() : bytes_.offset() - 1;
    const auto fail = [&](std::string_view complaint) {
      bytes_.fail(fmt::format("offset {}", start), fmt::format("{} {}", what, complaint));
    };
    if (c == ByteReader::end) fail("is missing: the file is cut short; get it again");
    if (c < '0' || c > '9') fail("is no number in decimal digits; the file is damaged");
    std::int64_t value = 0;
    for (; c >= '0' && c <= '9' && value <= most; c = bytes_.get()) value = 10 * value + (c - '0');
    if (value < least || value > most) fail(fmt::format("is not between {} and {}; the file is damaged", least, most));
    if (!is_blank(c) && c != ByteReader::end) fail("is not followed by a blank; the file is damaged");
    return value;
  }

 private:
  ByteReader& bytes_;
};

}  // namespace

Tensor read_pgm(ByteReader& bytes, bool plain) {
  constexpr std::int64_t longest_side = std::int64_t{1} << 24;
  Numbers numbers(bytes);
  const std::int64_t width = numbers.next("The width", 1, longest_side);
  const std::int64_t height = numbers.next("The height", 1, longest_side);
  const std::int64_t white = numbers.next("The number that means white", 1, 65535);
  const std::int64_t pixels = width * height;
  std::vector<float> grey;  // grows by what is there only
  const auto append = [&](std::int64_t level) {
    grey.push_back(static_cast<float>(level) / static_cast<float>(white));
  };

  const auto fail_at_more = [&] {
    bytes.fail(fmt::format("offset {}", bytes.offset() - 1),
               fmt::format("There is more than the {} x {} pixels of the header; the file is damaged", width, height));
  };
  if (plain) {
    for (std::int64_t i = 0; i < pixels; ++i) append(numbers.next("A pixel", 0, white));
    int c = bytes.get();
    while (is_blank(c)) c = bytes.get();
    if (c != ByteReader::end) fail_at_more();
    return Tensor::copy_of({height, width}, grey);
  }

  const std::uint64_t start = bytes.offset(), bytes_a_pixel = white < 256 ? 1 : 2;
  const std::uint64_t size = static_cast<std::uint64_t>(pixels) * bytes_a_pixel;
  std::vector<Byte> data;
  bytes.append_to(data, size);
  if (data.size() < size)
    bytes.fail(fmt::format("offset {}", bytes.offset()),
               fmt::format("{} x {} pixels take {} bytes, but there are {}: the file is cut short; get it again", width,
                           height, size, data.size()));
  if (bytes.get() != ByteReader::end) fail_at_more();
  for (std::size_t i = 0; i < data.size(); i += bytes_a_pixel) {
    const std::int64_t level = bytes_a_pixel == 1 ? data[i] : data[i] << 8 | data[i + 1];
    if (level > white)
      bytes.fail(fmt::format("offset {}", start + i),
                 fmt::format("A pixel of {} is whiter than white, {}; the file is damaged", level, white));
    append(level);
  }
  return Tensor::copy_of({height, width}, grey);
}

}  // namespace nabla::data
