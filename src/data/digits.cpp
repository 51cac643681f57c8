#include <nabla/data/digits.hpp>
#include <span>

#include "number_table.hpp"

namespace nabla::embedded {
extern const std::span<const unsigned char>
    digits_csv_gz;  // written at build time from digits.csv.gz: cmake/Embed.cmake
}

namespace nabla::data {

Dataset digits() {
  static const Dataset dataset = [] {
    constexpr double full_ink = 16;
    ByteReader bytes("digits", "digits.csv.gz", embedded::digits_csv_gz);
    return table_to_dataset(bytes, read_table(bytes, ',', 0), -1, 1 / full_ink);
  }();
  return dataset;
}

}  // namespace nabla::data
