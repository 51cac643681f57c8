// Pictures from files.
#pragma once

#include <cstdint>
#include <nabla/data/dataset.hpp>
#include <nabla/tensor.hpp>
#include <string>
#include <vector>

namespace nabla::data {

/// A picture's grey levels, 0 (black) to 1 (white), f32 [height, width]: from a PGM file, plain (P2) or binary (P5),
/// of up to 65536 levels (https://netpbm.sourceforge.net/doc/pgm.html), or from a PNG file, whose colours become grey
/// and whose transparency is left aside. The content says which it is; it may be gzipped.
/// @throws IoError, naming the file and the place, for one that is missing, cut short, too long or malformed
Tensor load_image(const std::string& path);

struct ImageFolder {
  Dataset dataset;                   ///< inputs f32 [n, height · width], as load_image; targets i64 [n]
  std::vector<std::string> classes;  ///< the name of each class index
  std::int64_t height = 0, width = 0;
};

/// The pictures of a folder that holds one folder for each class. Classes and the pictures in them are in the order of
/// their names, byte by byte. Files beside the classes, and names that begin with a point, are passed over.
/// @throws IoError as load_image; where two pictures differ in size; and for a folder without pictures
ImageFolder load_image_folder(const std::string& path);

}  // namespace nabla::data
