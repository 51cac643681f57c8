#include "normalization_rows.hpp"

#include "row_loops.hpp"

namespace nabla::simd {
using kernels::PulledSums;
}  // namespace nabla::simd

#define NABLA_SIMD_LOOPS "kernels/normalization_rows.inc"
#include "every_level.inc"

namespace nabla::kernels {

template <class T>
const NormalizationRows<T>& normalization_rows() {
  if (simd::level() == simd::Level::avx512) return simd::avx512::NormalizationRows<T>::all;
  if (simd::level() == simd::Level::avx2) return simd::avx2::NormalizationRows<T>::all;
  return simd::plain::NormalizationRows<T>::all;
}

template const NormalizationRows<float>& normalization_rows();
template const NormalizationRows<double>& normalization_rows();

}  // namespace nabla::kernels
