#include <fmt/core.h>

#include <algorithm>
#include <bit>
#include <limits>
#include <nabla/data/idx.hpp>
#include <type_traits>
#include <vector>

#include "byte_reader.hpp"

namespace nabla::data {
namespace {

template <std::size_t Bytes>
struct Unsigned;
template <>
struct Unsigned<1> : std::type_identity<std::uint8_t> {};
template <>
struct Unsigned<2> : std::type_identity<std::uint16_t> {};
template <>
struct Unsigned<4> : std::type_identity<std::uint32_t> {};
template <>
struct Unsigned<8> : std::type_identity<std::uint64_t> {};

/// A big-endian number.
template <class T>
T decode(const Byte* bytes) {
  std::uint64_t bits = 0;
  for (std::size_t i = 0; i < sizeof(T); ++i) bits = bits << 8 | bytes[i];
  return std::bit_cast<T>(static_cast<typename Unsigned<sizeof(T)>::type>(bits));
}

/// Big-endian numbers of type Stored as a tensor of T.
template <class Stored, Element T>
Tensor decode_all(const Shape& shape, const std::vector<Byte>& data) {
  Tensor out = Tensor::uninitialized(shape, dtype_of<T>);
  const Byte* next = data.data();
  for (T& value : out.mutable_data<T>()) {
    value = decode<Stored>(next);
    next += sizeof(Stored);
  }
  return out;
}

struct ElementType {
  int code;
  const char* name;
  std::uint64_t size;
  Tensor (*decode)(const Shape&, const std::vector<Byte>&);
};

constexpr ElementType element_types[] = {
    {0x08, "u8", 1, decode_all<std::uint8_t, std::uint8_t>},
    {0x09, "i8", 1, decode_all<std::int8_t, std::int64_t>},
    {0x0b, "i16", 2, decode_all<std::int16_t, std::int64_t>},
    {0x0c, "i32", 4, decode_all<std::int32_t, std::int64_t>},
    {0x0d, "f32", 4, decode_all<float, float>},
    {0x0e, "f64", 8, decode_all<double, double>},
};

struct Header {
  ElementType type;
  Shape shape;
};

std::vector<Byte> take(ByteReader& reader, std::uint64_t n) {
  std::vector<Byte> bytes;
  reader.append_to(bytes, n);
  if (bytes.size() < n)
    reader.fail(fmt::format("offset {}", reader.offset()), "The file ends within its header; get it again");
  return bytes;
}

const ElementType& find_type(const ByteReader& reader, int code) {
  for (const ElementType& type : element_types)
    if (type.code == code) return type;
  reader.fail("offset 2", fmt::format("Element type 0x{:02x} is unknown; IDX has 08 (u8), 09 (i8), 0b (i16), 0c (i32), "
                                      "0d (f32) and 0e (f64)",
                                      code));
}

Header read_header(ByteReader& reader) {
  const std::vector<Byte> magic = take(reader, 4);
  if (magic[0] != 0 || magic[1] != 0)
    reader.fail("offset 0",
                fmt::format("The first bytes are {:02x} {:02x}, not 00 00; this is no IDX file", magic[0], magic[1]));
  const ElementType& type = find_type(reader, magic[2]);
  const std::size_t rank = magic[3];
  if (rank > max_rank)
    reader.fail("offset 3", fmt::format("There are {} dimensions; a tensor has at most {}", rank, max_rank));

  const std::vector<Byte> extents = take(reader, 4 * rank);
  Dims dims;
  std::int64_t elements = 1;
  for (std::size_t i = 0; i < rank; ++i) {
    dims.push_back(decode<std::uint32_t>(&extents[4 * i]));
    const std::int64_t extent = std::max<std::int64_t>(dims[i], 1);
    if (elements > max_elements / extent)
      reader.fail(
          fmt::format("offset {}", 4 + 4 * i),
          fmt::format("Extents {} make more elements than can be addressed; the header is damaged", to_string(dims)));
    elements *= extent;
  }
  return {type, Shape(dims)};
}

}  // namespace

Tensor load_idx(const std::string& path) {
  ByteReader reader("load_idx", path);
  const auto [type, shape] = read_header(reader);
  const std::uint64_t data_start = reader.offset();
  const std::uint64_t data_size = static_cast<std::uint64_t>(shape.elements()) * type.size;
  std::vector<Byte> data;
  reader.append_to(data, data_size);
  const std::string place = fmt::format("offset {}", data_start + data.size());
  if (data.size() < data_size)
    reader.fail(place,
                fmt::format("The data is cut short: shape {} of {} takes {} bytes, but {} follow the header; get the "
                            "file again",
                            shape, type.name, data_size, data.size()));
  if (reader.get() != ByteReader::end)
    reader.fail(place,
                fmt::format("There is more than the {} bytes that shape {} of {} takes; the header or the file is "
                            "damaged",
                            data_size, shape, type.name));
  return type.decode(shape, data);
}

}  // namespace nabla::data
