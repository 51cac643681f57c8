#pragma once

#include <limits>
#include <nabla/op.hpp>

namespace nabla::ops {

/// e^(a − b), and 1 where both are the same infinity.
template <Value V>
V exp_of_difference(const V& a, const V& b) {
  const V same = where(equal(abs(b), std::numeric_limits<double>::infinity()), equal(a, b), 0);
  return exp(where(same, 0.0, a - b));
}

}  // namespace nabla::ops
