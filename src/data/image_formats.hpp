// The formats that load_image knows.
#pragma once

#include <nabla/tensor.hpp>

#include "byte_reader.hpp"

namespace nabla::data {

/// What follows the magic number of a PGM file, P2 (plain) or P5.
Tensor read_pgm(ByteReader& bytes, bool plain);

/// A PNG file, of which the first two bytes are taken already.
Tensor read_png(ByteReader& bytes);

}  // namespace nabla::data
