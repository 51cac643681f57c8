// The order of elements along an axis.
#pragma once

#include <algorithm>
#include <nabla/tensor.hpp>
#include <numeric>

namespace nabla::kernels {

/// The indices along the axis of the first elements, as many as `out` (i64) has, in ascending or descending order.
/// NaN counts as the largest; equal elements keep their order.
inline void order(const Tensor& x, std::size_t axis, bool descending, Tensor& out) {
  const auto along = static_cast<std::int64_t>(axis);
  const Tensor rows = x.transposed(along, -1).contiguous();
  Tensor result = Tensor::uninitialized(out.transposed(along, -1).shape(), i64);
  const std::int64_t length = x.shape()[axis], count = out.shape()[axis];
  PooledVector<std::int64_t> indices(static_cast<std::size_t>(length));
  visit(x.dtype(), [&]<class T>(std::type_identity<T>) {
    const T* row = rows.data<T>().data();
    std::int64_t* to = result.mutable_data<std::int64_t>().data();
    const auto less = [](T a, T b) { return a < b || (b != b && a == a); };
    for (std::int64_t at = 0; at < x.size(); at += length, row += length, to += count) {
      const auto before = [&](std::int64_t i, std::int64_t k) {
        const T a = row[i], b = row[k];
        if (descending ? less(b, a) : less(a, b)) return true;
        if (descending ? less(a, b) : less(b, a)) return false;
        return i < k;
      };
      std::iota(indices.begin(), indices.end(), 0);
      if (count < length)
        std::partial_sort(indices.begin(), indices.begin() + count, indices.end(), before);
      else
        std::sort(indices.begin(), indices.end(), before);
      std::copy_n(indices.begin(), count, to);
    }
  });
  out = result.transposed(along, -1).contiguous();
}

}  // namespace nabla::kernels
