// PNG files, made by hand.
#pragma once

#include <zlib.h>

#include <cstdint>
#include <string>

namespace nabla::test {

inline std::string big_endian(std::uint32_t n) {
  return {static_cast<char>(n >> 24), static_cast<char>(n >> 16), static_cast<char>(n >> 8), static_cast<char>(n)};
}

/// A PNG file from its parts (https://www.w3.org/TR/png): rows of pixels, each behind a 0, which means no filter.
inline std::string png(std::uint32_t width, std::uint32_t height, int bits, int colour_type, const std::string& rows) {
  const auto chunk = [](const std::string& type, const std::string& content) {
    const std::string checked = type + content;
    const uLong crc = crc32(0, reinterpret_cast<const Bytef*>(checked.data()), static_cast<uInt>(checked.size()));
    return big_endian(static_cast<std::uint32_t>(content.size())) + checked +
           big_endian(static_cast<std::uint32_t>(crc));
  };
  std::string packed(compressBound(static_cast<uLong>(rows.size())), '\0');
  auto size = static_cast<uLongf>(packed.size());
  compress(reinterpret_cast<Bytef*>(packed.data()), &size, reinterpret_cast<const Bytef*>(rows.data()),
           static_cast<uLong>(rows.size()));
  packed.resize(size);
  using namespace std::string_literals;
  return "\x89PNG\r\n\x1a\n"s +
         chunk("IHDR", big_endian(width) + big_endian(height) + static_cast<char>(bits) +
                           static_cast<char>(colour_type) + "\0\0\0"s) +
         chunk("IDAT", packed) + chunk("IEND", "");
}

}  // namespace nabla::test
