// Rows picked by their indices.
#pragma once

#include <algorithm>
#include <cstdint>
#include <nabla/tensor.hpp>
#include <span>

namespace nabla::data {

/// out[i, ...] = x[indices[i], ...] in storage of its own, for a contiguous x and indices within it.
inline Tensor gather_rows(const Tensor& x, std::span<const std::int64_t> indices) {
  Dims extents = x.shape();
  const std::int64_t row = extents[0] == 0 ? 0 : x.size() / extents[0];
  extents[0] = static_cast<std::int64_t>(indices.size());
  Tensor out = Tensor::uninitialized(Shape(extents), x.dtype());
  visit(x.dtype(), [&]<class T>(std::type_identity<T>) {
    const T* from = x.data<T>().data();
    T* to = out.mutable_data<T>().data();
    for (std::int64_t i : indices) to = std::copy_n(from + i * row, row, to);
  });
  return out;
}

}  // namespace nabla::data
