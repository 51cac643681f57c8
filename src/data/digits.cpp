#include <nabla/data/digits.hpp>
#include <nabla/operators.hpp>
#include <span>

#include "csv_reader.hpp"

namespace nabla::embedded {
extern const std::span<const unsigned char>
    digits_csv_gz;  // written at build time from digits.csv.gz: cmake/Embed.cmake
}

namespace nabla::data {

Dataset digits() {
  static const Dataset dataset = [] {
    constexpr double full_ink = 16;
    ByteReader bytes("digits", "digits.csv.gz", embedded::digits_csv_gz);
    const Dataset counts = read_csv(bytes, {}).dataset({.numbers_are_classes = true});
    return Dataset(counts.inputs / full_ink, counts.targets);
  }();
  return dataset;
}

}  // namespace nabla::data
