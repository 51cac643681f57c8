// Norms and moments of rows, summed in double.
#pragma once

#include <algorithm>
#include <cmath>
#include <limits>
#include <nabla/op.hpp>

#include "reduce.hpp"

namespace nabla::kernels {

/// (Σ |x_i|^p)^(1/p) for 0 ≤ i < n, p finite and not 0, where nothing overflows or vanishes on the way: if the sum
/// leaves the safe range, all is divided by the largest |x_i|, or the smallest for a negative p.
template <class X>
double p_norm(std::int64_t n, double p, X x) {
  const auto norm = [&](double scale) {
    const auto magnitude = [&](std::int64_t i) { return std::abs(x(i)) / scale; };
    if (p == 1) return scale * pairwise_sum(0, n, magnitude);
    if (p != 2)
      return scale * std::pow(pairwise_sum(0, n, [&](std::int64_t i) { return std::pow(magnitude(i), p); }), 1 / p);
    return scale * std::sqrt(pairwise_sum(0, n, [&](std::int64_t i) { return magnitude(i) * magnitude(i); }));
  };
  if (n == 0) return p > 0 ? 0 : std::numeric_limits<double>::infinity();
  double first = std::abs(x(0)), last = first;  // the smallest and the largest magnitude
  for (std::int64_t i = 0; i < n; ++i) {
    const double magnitude = std::abs(x(i));
    if (std::isnan(magnitude)) return magnitude;
    first = std::min(first, magnitude);
    last = std::max(last, magnitude);
  }
  const double scale = p > 0 ? last : first;
  if (scale == 0 || std::isinf(scale)) return scale;
  const double exponent = std::abs(p * std::log2(scale));  // of the largest term
  return norm(exponent < 900 ? 1.0 : scale);
}

/// Σ (x_i − mean)² / divisor, or its root: the variance and the standard deviation.
template <class T>
T variance(const T* x, std::int64_t n, double divisor) {
  const auto value = [x](std::int64_t i) { return static_cast<double>(x[i]); };
  const double mean = pairwise_sum(0, n, value) / static_cast<double>(n);
  const auto deviation = [&](std::int64_t i) { return value(i) - mean; };
  return static_cast<T>(pairwise_sum(0, n, [&](std::int64_t i) { return deviation(i) * deviation(i); }) / divisor);
}
template <class T>
T standard_deviation(const T* x, std::int64_t n, double divisor) {
  const auto value = [x](std::int64_t i) { return static_cast<double>(x[i]); };
  const double mean = pairwise_sum(0, n, value) / static_cast<double>(n);
  return static_cast<T>(p_norm(n, 2, [&](std::int64_t i) { return value(i) - mean; }) / std::sqrt(divisor));
}

/// n − correction, the number of degrees of freedom of n values, of which at least none is left.
inline double degrees_of_freedom(std::int64_t n, std::int64_t correction) {
  return static_cast<double>(std::max<std::int64_t>(n - correction, 0));
}

/// x / length, and 0 where the length is 0. The denominator is masked too: the derivatives of the quotient are not
/// finite there.
template <Value V>
V over_length(const V& x, const V& length) {
  const V none = equal(length, 0.0);
  return where(none, 0.0, x / where(none, 1.0, length));
}

}  // namespace nabla::kernels
