// What softmax and its relations form of a row, on packs.
#pragma once

#include <cmath>
#include <cstdint>

namespace nabla::kernels {

/// Σ e^(x − top) of a row, where top is its largest element, so that nothing overflows. One element equal to top is the
/// term 1, which is kept apart from the sum of the others: where they are small, it has all its digits.
template <class T>
struct Exponentials {
  T top;     ///< NaN if there is one, −∞ of nothing
  T others;  ///< NaN where top is not finite, −1 of nothing

  /// ln Σ e^(x − top)
  T log() const { return std::log1p(others); }
  /// Times e^(x − top), it is softmax(x).
  T inverse() const { return 1 / (1 + others); }
};

template <class T>
struct ExponentialRows {
  Exponentials<T> (*sum)(std::int64_t n, const T* x);
  /// Of dense rows of n ≥ 1 elements: `top` and `others` of each. The last digits may depend on how many rows there
  /// are.
  void (*sums)(std::int64_t rows, std::int64_t n, const T* x, T* tops, T* others);
  /// y = e^(x − shift) factor
  void (*map)(std::int64_t n, const T* x, T shift, T factor, T* y);
};

/// For the level of this machine.
template <class T>
const ExponentialRows<T>& exponential_rows();

template <class T>
Exponentials<T> exponentials(const T* x, std::int64_t n) {
  return exponential_rows<T>().sum(n, x);
}

}  // namespace nabla::kernels
