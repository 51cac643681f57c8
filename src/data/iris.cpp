#include <nabla/data/iris.hpp>
#include <span>

#include "csv_reader.hpp"

namespace nabla::embedded {
extern const std::span<const unsigned char> iris_csv;  // written at build time from iris.csv: cmake/Embed.cmake
}

namespace nabla::data {

Dataset iris() {
  static const Dataset dataset = [] {
    ByteReader bytes("iris", "iris.csv", embedded::iris_csv);
    return read_csv(bytes, {.skip_lines = 1}).dataset({.numbers_are_classes = true});  // the first line counts them
  }();
  return dataset;
}

}  // namespace nabla::data
