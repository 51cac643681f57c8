// The handwritten digits that come with the library.
#pragma once

#include <nabla/data/dataset.hpp>

namespace nabla::data {

/// 1797 handwritten digits of 43 writers: inputs f32 [1797, 64], the 8 × 8 pixels row by row, 0 (paper) to 1 (ink);
/// targets i64 [1797]. Alpaydin and Kaynak, *Optical Recognition of Handwritten Digits*, UCI Machine Learning
/// Repository, 1998 (the test part), CC BY 4.0. Unpacked by the first call; every call shares the same storage.
Dataset digits();

}  // namespace nabla::data
