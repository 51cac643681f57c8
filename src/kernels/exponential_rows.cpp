#include "exponential_rows.hpp"

#include <cmath>
#include <limits>
#include <nabla/simd/exponential.hpp>

#include "row_loops.hpp"

#define NABLA_SIMD_LEVEL plain
#define NABLA_SIMD_TARGET __attribute__((flatten))
#include "exponential_rows.inc"
#if NABLA_SIMD_X86
#define NABLA_SIMD_LEVEL avx2
#define NABLA_SIMD_TARGET NABLA_SIMD_AVX2_TARGET
#include "exponential_rows.inc"
#define NABLA_SIMD_LEVEL avx512
#define NABLA_SIMD_TARGET NABLA_SIMD_AVX512_TARGET
#include "exponential_rows.inc"
#endif

namespace nabla::kernels {

template <class T>
const ExponentialRows<T>& exponential_rows() {
#if NABLA_SIMD_X86
  if (simd::level() == simd::Level::avx512) return simd::avx512::ExponentialRows<T>::all;
  if (simd::level() == simd::Level::avx2) return simd::avx2::ExponentialRows<T>::all;
#endif
  return simd::plain::ExponentialRows<T>::all;
}

template const ExponentialRows<float>& exponential_rows();
template const ExponentialRows<double>& exponential_rows();

}  // namespace nabla::kernels
