#include "reduce.hpp"

#include <nabla/simd/memory.hpp>

#define NABLA_SIMD_LOOPS "kernels/column_sums.inc"
#include "every_level.inc"

namespace nabla::kernels {
namespace {

/// A shape whose reduced axes stand side by side: [outer, length, inner], with the middle reduced.
struct Reduced3 {
  std::int64_t outer = 1, length = 1, inner = 1;
  bool side_by_side = true;

  Reduced3(const Shape& shape, const ReducedAxes& reduced) {
    bool begun = false, ended = false;
    for (std::size_t i = 0; i < shape.rank(); ++i) {
      if (reduced[i]) {
        side_by_side &= !ended;
        begun = true;
        length *= shape[i];
      } else {
        ended = begun;
        (begun ? inner : outer) *= shape[i];
      }
    }
  }
};

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
  constexpr std::int64_t block = 64, wide = 16;
  if (width > 0 && width <= wide / 2 && rows > block) {  // several rows as one; their sums are added at the end
    const std::int64_t together = wide / width, whole = rows / together;
    T sums[wide];
    sum_of_rows(x, whole, together * width, sums);
    for (std::int64_t r = whole * together; r < rows; ++r)
      for (std::int64_t k = 0; k < width; ++k) sums[k] = static_cast<T>(sums[k] + x[r * width + k]);
    return sum_of_rows(sums, together, width, out);
  }
  if (rows <= block) {
    if constexpr (simd::Real<T>) {
      using Loop = void (*)(const T*, std::int64_t, std::int64_t, T*);
      constexpr Loop at_level[] = {simd::plain::column_sums<T>, simd::avx2::column_sums<T>,
                                   simd::avx512::column_sums<T>};
      return at_level[static_cast<std::size_t>(simd::level())](x, rows, width, out);
    }
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
    const Reduced3 part(x.shape(), reduced);
    if (out.size() == 1 && x.is_contiguous()) {
      *reinterpret_cast<T*>(out.mutable_bytes()) = pairwise_sum(x.strided_data<T>(), x.size());
    } else if (part.side_by_side && part.inner > 1) {
      const Tensor dense = x.contiguous();
      const T* from = dense.data<T>().data();
      T* to = out.mutable_data<T>().data();
      for (std::int64_t i = 0; i < part.outer; ++i, from += part.length * part.inner, to += part.inner)
        sum_of_rows(from, part.length, part.inner, to);
    } else {
      reduce_rows<T>(Rows(x, reduced), out, [](const T* row, std::int64_t n) { return pairwise_sum(row, n); });
    }
  });
}

}  // namespace nabla::kernels
