// Checks and loops for operands picked by index.
#pragma once

#include <nabla/error.hpp>
#include <nabla/tensor.hpp>

#include "nest.hpp"

namespace nabla::kernels {

inline void require_index(std::string_view where, const Tensor& index) {
  if (index.dtype() != i64)
    throw DTypeError(where, fmt::format("The index is {}, not i64; convert with to(i64)", index.dtype()));
}

inline void require_source_like(std::string_view where, const Tensor& x, const Tensor& source) {
  if (x.dtype() != source.dtype())
    throw DTypeError(where, fmt::format("x is {}, the source {}; both must have one dtype, convert with to({})",
                                        x.dtype(), source.dtype(), x.dtype()));
}

inline void require_class(std::string_view where, std::int64_t k, std::int64_t classes) {
  if (k < 0 || k >= classes)
    throw ValueError(where,
                     fmt::format("Class {} of {} classes; class indices run from 0 to {}", k, classes, classes - 1));
}

[[noreturn]] inline void refuse_index(std::string_view where, std::int64_t pick, std::int64_t axis, const Shape& x,
                                      std::int64_t extent) {
  throw ValueError(
      where, fmt::format("Index {} is outside axis {} of shape {}; {}", pick, axis, x,
                         extent == 0 ? "there is nothing to pick" : fmt::format("it runs from 0 to {}", extent - 1)));
}

/// The index has the rank of x, and reaches beyond it along no axis but `axis`.
inline void check_indexed_shapes(std::string_view where, const Shape& x, const Shape& index, std::int64_t axis) {
  const std::size_t along = normalize_axis(where, axis, x);
  bool fits = index.rank() == x.rank();
  for (std::size_t i = 0; fits && i < x.rank(); ++i) fits = i == along || index[i] <= x[i];
  if (!fits)
    throw ShapeError(where,
                     fmt::format("The index has shape {}, x has {}; it must have as many axes, and be no larger along "
                                 "any axis but {}",
                                 index, x, axis));
}

/// Calls f(i, at) for every element of the index in row-major order: i counts them, `at` is the offset, by the strides
/// of x, of the element of x that it picks.
template <class F>
void for_each_indexed(std::string_view where, const Shape& x, const Dims& x_strides, const Tensor& index,
                      std::int64_t axis, F f) {
  const std::size_t along = normalize_axis(where, axis, x);
  const std::int64_t* picks = index.strided_data<std::int64_t>();
  Dims others = x_strides;
  others[along] = 0;
  std::int64_t i = 0;
  Nest<2>(index.shape(), {index.strides(), others}).run([&](const auto& at, std::int64_t n, const auto& step) {
    for (std::int64_t k = 0; k < n; ++k) {
      const std::int64_t pick = picks[at[0] + k * step[0]];
      if (pick < 0 || pick >= x[along]) refuse_index(where, pick, axis, x, x[along]);
      f(i++, at[1] + k * step[1] + pick * x_strides[along]);
    }
  });
}

}  // namespace nabla::kernels
