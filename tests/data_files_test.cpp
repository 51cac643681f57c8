#include <doctest/doctest.h>
#include <fmt/format.h>

#include <bit>
#include <cmath>
#include <cstdint>
#include <limits>
#include <nabla/data.hpp>
#include <nabla/error.hpp>
#include <string>

#include "temporary_folder.hpp"

using namespace nabla;
using nabla::test::complaint;
using nabla::test::complaint_about;
using nabla::test::gzipped;
using nabla::test::TemporaryFolder;

namespace {

template <class T>
std::string big_endian(T value) {
  std::string bytes;
  for (int shift = 8 * static_cast<int>(sizeof(T)) - 8; shift >= 0; shift -= 8)
    bytes += static_cast<char>(static_cast<std::uint64_t>(value) >> shift & 0xff);
  return bytes;
}

std::string idx_header(int type, std::initializer_list<std::uint32_t> extents) {
  std::string bytes = {0, 0, static_cast<char>(type), static_cast<char>(extents.size())};
  for (std::uint32_t extent : extents) bytes += big_endian(extent);
  return bytes;
}

/// What load_idx says of a file with this content, after its name.
std::string idx_complaint(const std::string& content) {
  return complaint_about("load_idx", content, [&](const std::string& path) { data::load_idx(path); });
}

}  // namespace

TEST_CASE("every IDX element type is read, plain and compressed") {
  const TemporaryFolder folder;
  struct Case {
    std::string content;
    Tensor expected;
  };
  const auto f32_bits = [](float x) { return big_endian(std::bit_cast<std::uint32_t>(x)); };
  const auto f64_bits = [](double x) { return big_endian(std::bit_cast<std::uint64_t>(x)); };
  const Case cases[] = {
      {idx_header(8, {2, 2}) + std::string("\x00\x01\x80\xff", 4), Tensor::from({2, 2}, {0, 1, 128, 255}, u8)},
      {idx_header(9, {3}) + std::string("\x01\x80\xff", 3), Tensor::from({3}, {1, -128, -1}, i64)},
      {idx_header(0x0b, {2}) + std::string("\x01\x02\xff\xfe", 4), Tensor::from({2}, {258, -2}, i64)},
      {idx_header(0x0c, {1, 2}) + big_endian(std::int32_t{-70000}) + big_endian(std::int32_t{1 << 30}),
       Tensor::from({1, 2}, {-70000, 1 << 30}, i64)},
      {idx_header(0x0d, {2}) + f32_bits(0.1f) + f32_bits(-1e30f), Tensor::from({2}, {0.1f, -1e30f}, f32)},
      {idx_header(0x0e, {2}) + f64_bits(0.1) + f64_bits(-1e300), Tensor::from({2}, {0.1, -1e300}, f64)},
      {idx_header(8, {}) + "\x07", Tensor::scalar(7, u8)},
      {idx_header(8, {0, 5}), zeros({0, 5}, u8)},
  };
  for (const Case& c : cases) {
    CHECK(identical(data::load_idx(folder.write("plain", c.content)), c.expected));
    CHECK(identical(data::load_idx(folder.write("packed", gzipped(c.content))), c.expected));
  }
}

TEST_CASE("a file of several gzip members and many pieces is read as one") {
  const TemporaryFolder folder;
  std::string pixels;
  for (int i = 0; i < 300000; ++i) pixels += static_cast<char>(i % 251);
  const std::string content = idx_header(8, {3, 100000}) + pixels;
  const std::string two = gzipped(content.substr(0, 1000)) + gzipped("") + gzipped(content.substr(1000));
  const Tensor plain = data::load_idx(folder.write("plain", content));
  CHECK(identical(plain, data::load_idx(folder.write("packed", two))));
  CHECK(plain.at({2, 99999}) == 299999 % 251);
}

TEST_CASE("what is wrong with an IDX file is said, and where") {
  CHECK(complaint<IoError>([] { data::load_idx("no-such-file"); }) ==
        "[load_idx] no-such-file cannot be opened (No such file or directory); check the path");
  const TemporaryFolder folder;
  CHECK(complaint<IoError>([&] { data::load_idx(folder.path()); }) ==
        "[load_idx] " + folder.path() + " cannot be read (Is a directory); check the file");
  CHECK(idx_complaint("") == "offset 0: The file ends within its header; get it again");
  CHECK(idx_complaint(idx_header(8, {2, 2}).substr(0, 9)) == "offset 9: The file ends within its header; get it again");
  CHECK(idx_complaint("\x89PNG") == "offset 0: The first bytes are 89 50, not 00 00; this is no IDX file");
  CHECK(idx_complaint(idx_header(0x0f, {1})) ==
        "offset 2: Element type 0x0f is unknown; IDX has 08 (u8), 09 (i8), 0b (i16), 0c (i32), 0d (f32) and 0e (f64)");
  CHECK(idx_complaint(idx_header(8, {1, 1, 1, 1, 1, 1, 1, 1, 1})) ==
        "offset 3: There are 9 dimensions; a tensor has at most 8");
  CHECK(idx_complaint(idx_header(8, {2, 3}) + "12345") ==
        "offset 17: The data is cut short: shape [2, 3] of u8 takes 6 bytes, but 5 follow the header; get the file "
        "again");
  CHECK(idx_complaint(idx_header(0x0c, {1}) + "12345") ==
        "offset 12: There is more than the 4 bytes that shape [1] of i32 takes; the header or the file is damaged");
}

TEST_CASE("a hostile IDX header costs an error, not memory") {
  const std::uint32_t most = std::numeric_limits<std::uint32_t>::max();
  CHECK(idx_complaint(idx_header(0x0e, {most, most / 16})).starts_with("offset 12: The data is cut short"));
  CHECK(idx_complaint(idx_header(8, {most, most, most})) ==
        "offset 8: Extents [4294967295, 4294967295] make more elements than can be addressed; the header is damaged");
  CHECK(idx_complaint(idx_header(8, {0, most, most, most}))
            .starts_with("offset 12: Extents [0, 4294967295, 4294967295]"));
  CHECK(idx_complaint(gzipped(idx_header(0x0e, {most, most / 16}))).starts_with("offset 12: The data is cut short"));
}

TEST_CASE("damaged gzip data is an error that says where") {
  std::string packed = gzipped(idx_header(8, {100}) + std::string(100, 'x'));
  CHECK(idx_complaint(packed.substr(0, packed.size() - 1))
            .ends_with("is damaged (it ends too early); get the file again"));
  CHECK(idx_complaint(packed + "garbage") == fmt::format("offset {} of the compressed bytes: The gzip data is damaged "
                                                         "(incorrect header check); get the file again",
                                                         packed.size() + 2));
  packed[packed.size() - 6] ^= 1;  // in the checksum
  CHECK(idx_complaint(packed).ends_with("The gzip data is damaged (incorrect data check); get the file again"));
}

TEST_CASE("an IDX file cut at any byte is an error, and no worse") {
  const TemporaryFolder folder;
  const std::string idx = idx_header(0x0b, {2, 3}) + "abcdefghijkl";
  for (const std::string& content : {idx, gzipped(idx)})
    for (std::size_t n = 0; n < content.size(); ++n)
      CHECK_THROWS_AS(data::load_idx(folder.write("cut", content.substr(0, n))), IoError);
}
