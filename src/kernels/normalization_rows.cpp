#include "normalization_rows.hpp"

#include "row_loops.hpp"

namespace nabla::simd {
using kernels::PulledSums;
}  // namespace nabla::simd

#define NABLA_SIMD_LEVEL plain
#define NABLA_SIMD_TARGET __attribute__((flatten))
#include "normalization_rows.inc"
#if NABLA_SIMD_X86
#define NABLA_SIMD_LEVEL avx2
#define NABLA_SIMD_TARGET NABLA_SIMD_AVX2_TARGET
#include "normalization_rows.inc"
#define NABLA_SIMD_LEVEL avx512
#define NABLA_SIMD_TARGET NABLA_SIMD_AVX512_TARGET
#include "normalization_rows.inc"
#endif

namespace nabla::kernels {

template <class T>
const NormalizationRows<T>& normalization_rows() {
#if NABLA_SIMD_X86
  if (simd::level() == simd::Level::avx512) return simd::avx512::NormalizationRows<T>::all;
  if (simd::level() == simd::Level::avx2) return simd::avx2::NormalizationRows<T>::all;
#endif
  return simd::plain::NormalizationRows<T>::all;
}

template const NormalizationRows<float>& normalization_rows();
template const NormalizationRows<double>& normalization_rows();

}  // namespace nabla::kernels
