// Samples in any number of axes, as a matrix.
#pragma once

#include <nabla/op.hpp>

namespace nabla::ops {

/// All samples as rows, whatever axes they came in.
template <Value V>
V as_rows(const V& x) {
  const Shape& shape = x.shape();
  std::int64_t rows = 1;
  for (std::size_t i = 0; i + 1 < shape.rank(); ++i) rows *= shape[i];
  return reshape(x, Shape{rows, shape.back()});
}

}  // namespace nabla::ops
