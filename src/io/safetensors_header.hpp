// The header of a safetensors file: what tensors there are and where.
#pragma once

#include <cstdint>
#include <map>
#include <nabla/io.hpp>
#include <nabla/tensor.hpp>
#include <string>
#include <string_view>

namespace nabla::io {

/// Bytes before the header: its length, little-endian.
inline constexpr std::uint64_t length_bytes = 8;

/// Where a tensor lies: begin ≤ byte < end, counted from the end of the header.
struct TensorEntry {
  DType dtype = f64;
  Shape shape;
  std::uint64_t begin = 0, end = 0;
};

struct Header {
  std::map<std::string, TensorEntry> tensors;
  Metadata metadata;
};

/// The header as JSON, padded with blanks so that the elements after it are aligned.
std::string to_json(const Header& header);

/// @param where, path  for the message of an IoError, which counts offsets from the beginning of the file
Header parse_header(std::string_view where, const std::string& path, std::string_view json);

}  // namespace nabla::io
