#include <doctest/doctest.h>

#include <functional>
#include <nabla/data.hpp>
#include <nabla/error.hpp>
#include <nabla/random.hpp>
#include <string>
#include <vector>

#include "png.hpp"
#include "temporary_folder.hpp"

using namespace nabla;
using nabla::test::gzipped;
using nabla::test::png;
using nabla::test::TemporaryFolder;

namespace {

/// Draws below n, one at a time.
class Draws {
 public:
  explicit Draws(std::uint64_t seed) : rng_(seed) {}
  std::size_t below(std::size_t n) {
    return static_cast<std::size_t>(rng_.integers({1}, 0, static_cast<std::int64_t>(n)).at({0}));
  }

 private:
  Rng rng_;
};

/// One to four small changes: a bit flipped, a byte that means something to readers, a piece removed or repeated.
std::string mutant(std::string content, Draws& draws) {
  static const std::string meaningful("\"\n\r,;# \t-+.0e9P2N\0\xff\x1f\x8b", 21);
  for (std::size_t changes = 1 + draws.below(4); changes > 0; --changes) {
    const std::size_t place = draws.below(content.size() + 1), length = draws.below(9);
    const char byte = meaningful[draws.below(meaningful.size())];
    switch (draws.below(5)) {
      case 0:
        if (place < content.size()) content[place] = static_cast<char>(content[place] ^ (1 << draws.below(8)));
        break;
      case 1:
        if (place < content.size()) content[place] = byte;
        break;
      case 2:
        content.insert(place, 1, byte);
        break;
      case 3:
        content.erase(place, length);
        break;
      default:
        content.insert(place, content.substr(place, length));
    }
  }
  return content;
}

struct Reader {
  std::vector<std::string> originals;
  std::function<void(const std::string& path)> read;
};

std::vector<Reader> readers() {
  using namespace std::string_literals;
  const std::string idx = "\0\0\x08\x02\0\0\0\4\0\0\0\5"s + "abcdefghijklmnopqrst";
  const std::string shorts = "\0\0\x0b\x01\0\0\0\3"s + "abcdef";
  const std::string numbers = "1.5,2,-3e7\n4,5,6\n\n7,8,9\n";
  const std::string mixed = "size,\"the, name\"\r\n1.5,\"a \"\"b\"\"\nc\"\r\n-2,d\r\nNA, e\r\n";
  const std::string binary = "P5\n5 4 # grey\n255\nabcdefghijklmnopqrst", plain = "P2\n5 2\n9\n1 2 3 4 5\n6 7 8 9 0\n";
  const std::string grey = png(2, 2, 8, 0, "\0ab\1cd"s), colours = png(2, 2, 8, 2, "\4abcdef\3ghijkl"s);
  const auto read_csv = [](const std::string& path) {
    const data::Table table = data::read_csv(path, {.missing = data::Missing::keep});
    (void)table.matrix();
    (void)data::to_csv(table);
  };
  return {{{idx, shorts, gzipped(idx)}, [](const std::string& path) { data::load_idx(path); }},
          {{numbers, mixed, gzipped(mixed)}, read_csv},
          {{binary, plain, grey, colours}, [](const std::string& path) { data::load_image(path); }}};
}

}  // namespace

TEST_CASE("damaged files are read, or refused as what they are, and no worse") {
  const TemporaryFolder folder;
  for (const Reader& reader : readers()) {
    Draws draws(17);
    int refused = 0;
    for (std::size_t round = 0; round < 3000; ++round) {
      const std::string path = folder.write("mutant", mutant(reader.originals[round % reader.originals.size()], draws));
      try {
        reader.read(path);
      } catch (const IoError&) {
        ++refused;
      }
    }
    CHECK(refused > 500);
    CHECK(refused < 3000);
  }
}

TEST_CASE("files cut at any byte are read, or refused as what they are, and no worse") {
  const TemporaryFolder folder;
  for (const Reader& reader : readers())
    for (const std::string& original : reader.originals)
      for (std::size_t n = 0; n < original.size(); ++n) try {
          reader.read(folder.write("cut", original.substr(0, n)));
        } catch (const IoError&) {
        }
}
