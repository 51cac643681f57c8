// IDX, the file format of MNIST and its kin.
#pragma once

#include <nabla/tensor.hpp>
#include <string>

namespace nabla::data {

/// Reads an IDX file: two zero bytes, an element type, the rank, the extents (32 bits each) and the elements, all
/// big-endian (LeCun, Cortes, Burges, *The MNIST database of handwritten digits*). Unsigned bytes become u8; bytes,
/// shorts and ints i64; floats f32; doubles f64. A gzip file is recognised by its content and inflated; offsets in
/// messages count inflated bytes.
/// @throws IoError, naming the file and the offset, for a file that is missing, cut short, too long or no IDX file
Tensor load_idx(const std::string& path);

}  // namespace nabla::data
