// Slices of a tensor picked along one axis by a vector of indices.
#pragma once

#include "copy.hpp"
#include "indexed.hpp"

namespace nabla::kernels {

inline void require_vector_index(std::string_view where, const Shape& index) {
  if (index.rank() != 1)
    throw ShapeError(where,
                     fmt::format("The index has shape {}; it must be a vector, one entry for each slice", index));
}

/// x with as many slices along the axis as the index has entries.
inline Shape picked_shape(const Shape& x, std::size_t along, std::int64_t entries) {
  Dims extents = x;
  extents[along] = entries;
  return Shape(extents);
}

/// f(picked[i], x[index[i]]) for every element of every slice that the index picks from x, of the given shape, along
/// the axis; `picked` has the slices in the order of the index.
/// @throws ValueError, naming `where`, for an index outside the axis
template <class P, class T, class F>
void for_each_picked(std::string_view where, const Tensor& index, const Shape& shape, std::size_t along,
                     const Place<P>& picked, const Place<T>& x, F f) {
  const Tensor dense = index.contiguous();
  const Shape slice = picked_shape(shape, along, 1);
  std::int64_t i = 0;
  for (const std::int64_t pick : dense.data<std::int64_t>()) {
    if (pick < 0 || pick >= shape[along])
      refuse_index(where, pick, static_cast<std::int64_t>(along), shape, shape[along]);
    if (slice.elements() == 0) continue;
    for_each_pair(slice, picked.from(i++ * picked.strides[along]), x.from(pick * x.strides[along]), f);
  }
}

}  // namespace nabla::kernels
