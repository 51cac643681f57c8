#include "reduce.hpp"

#include <vector>

namespace nabla::kernels {
namespace {

/// Whether the reduced axes are the first ones: the results are then sums of rows, and rows are added as vectors.
bool reduces_leading_axes(const Shape& shape, const ReducedAxes& reduced) {
  for (std::size_t i = 1; i < shape.rank(); ++i)
    if (reduced[i] && !reduced[i - 1]) return false;
  return shape.rank() > 0 && reduced[0];
}

}  // namespace

Dims kept_then_reduced(const Shape& shape, const ReducedAxes& reduced) {
  Dims order;
  for (const bool want : {false, true})
    for (std::size_t i = 0; i < shape.rank(); ++i)
      if (reduced[i] == want) order.push_back(static_cast<std::int64_t>(i));
  return order;
}

Dims inverse(const Dims& order) {
  Dims back = order;
  for (std::size_t i = 0; i < order.size(); ++i)
    back[static_cast<std::size_t>(order[i])] = static_cast<std::int64_t>(i);
  return back;
}

std::int64_t reduced_length(const Shape& shape, const ReducedAxes& reduced) {
  std::int64_t n = 1;
  for (std::size_t i = 0; i < shape.rank(); ++i)
    if (reduced[i]) n *= shape[i];
  return n;
}

template <class T>
void sum_of_rows(const T* x, std::int64_t rows, std::int64_t width, T* out) {
  constexpr std::int64_t block = 64;
  if (rows <= block) {
    std::fill(out, out + width, T{});
    for (std::int64_t r = 0; r < rows; ++r)
      for (std::int64_t k = 0; k < width; ++k) out[k] = static_cast<T>(out[k] + x[r * width + k]);
    return;
  }
  const std::int64_t half = (rows / 2 + block - 1) / block * block;
  PooledVector<T> second(static_cast<std::size_t>(width));
  sum_of_rows(x, half, width, out);
  sum_of_rows(x + half * width, rows - half, width, second.data());
  for (std::int64_t k = 0; k < width; ++k) out[k] = static_cast<T>(out[k] + second[static_cast<std::size_t>(k)]);
}

template void sum_of_rows(const float*, std::int64_t, std::int64_t, float*);
template void sum_of_rows(const double*, std::int64_t, std::int64_t, double*);

Rows::Rows(const Tensor& x, const ReducedAxes& reduced)
    : matrix(x.permuted(kept_then_reduced(x.shape(), reduced)).contiguous()),
      length(reduced_length(x.shape(), reduced)) {
  count = reduced.result(x.shape(), false).elements();
}

void sum(const Tensor& x, const ReducedAxes& reduced, Tensor& out) {
  visit(x.dtype(), [&]<class T>(std::type_identity<T>) {
    const std::int64_t length = reduced_length(x.shape(), reduced);
    if (length != x.size() && reduces_leading_axes(x.shape(), reduced)) {
      const Tensor dense = x.contiguous();
      sum_of_rows(dense.data<T>().data(), length, out.size(), out.mutable_data<T>().data());
    } else {
      reduce_rows<T>(Rows(x, reduced), out, [](const T* row, std::int64_t n) { return pairwise_sum(row, n); });
    }
  });
}

}  // namespace nabla::kernels
