// The passes over a row of a group that a normalisation makes, on packs. Sums are formed in blocks, whose totals are
// added up in double.
#pragma once

#include <cstdint>

namespace nabla::kernels {

/// Σ u and Σ u (x − mean).
struct PulledSums {
  double plain = 0;
  double with_residual = 0;
};

template <class T>
struct NormalizationRows {
  /// Σ x
  double (*sum)(std::int64_t n, const T* x);
  /// Σ (x − mean)²
  double (*square_sum)(std::int64_t n, const T* x, T mean);
  /// y = (x − mean) scale + shift
  void (*scale)(std::int64_t n, const T* x, T mean, T scale, T shift, T* y);
  /// y = (x − mean) scale w + b
  void (*scale_each)(std::int64_t n, const T* x, T mean, T scale, const T* w, const T* b, T* y);
  /// The sums of u = ct.
  PulledSums (*pulled)(std::int64_t n, const T* ct, const T* x, T mean);
  /// The sums of u = ct w; and dw += ct (x − mean) scale, db += ct.
  PulledSums (*pulled_each)(std::int64_t n, const T* ct, const T* x, T mean, T scale, const T* w, T* dw, T* db);
  /// dx = a ct + b (x − mean) + c
  void (*pull)(std::int64_t n, const T* ct, const T* x, T mean, T a, T b, T c, T* dx);
  /// dx = a ct w + b (x − mean) + c
  void (*pull_each)(std::int64_t n, const T* ct, const T* x, T mean, T a, T b, T c, const T* w, T* dx);
};

/// For the level of this machine.
template <class T>
const NormalizationRows<T>& normalization_rows();

}  // namespace nabla::kernels
