#include "exponential_rows.hpp"

#include <cmath>
#include <limits>
#include <nabla/simd/exponential.hpp>

#include "row_loops.hpp"
#include "transpose_packs.hpp"

namespace nabla::simd {
namespace {

/// The larger one; NaN if a is, or if it was met before.
template <AnyPack P>
NABLA_SIMD_INLINE P larger(P a, P top) {
  return select(a > top || a != a, a, top);
}

}  // namespace
}  // namespace nabla::simd

#define NABLA_SIMD_LOOPS "kernels/exponential_rows.inc"
#include "every_level.inc"

namespace nabla::kernels {

template <class T>
const ExponentialRows<T>& exponential_rows() {
  if (simd::level() == simd::Level::avx512) return simd::avx512::ExponentialRows<T>::all;
  if (simd::level() == simd::Level::avx2) return simd::avx2::ExponentialRows<T>::all;
  return simd::plain::ExponentialRows<T>::all;
}

template const ExponentialRows<float>& exponential_rows();
template const ExponentialRows<double>& exponential_rows();

}  // namespace nabla::kernels
