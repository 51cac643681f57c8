// The lanes of a pack, brought together.
#pragma once

#include <nabla/simd/memory.hpp>

namespace nabla::simd {

/// Their sum, in pairs.
template <AnyPack P>
NABLA_SIMD_INLINE typename P::Number sum_of_lanes(P x) {
  typename P::Number lanes[P::size];
  store(lanes, x);
  for (int width = P::size / 2; width > 0; width /= 2)
    for (int i = 0; i < width; ++i) lanes[i] += lanes[i + width];
  return lanes[0];
}

}  // namespace nabla::simd
