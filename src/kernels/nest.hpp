// A nest of loops over a common shape for operands with strides of their own: how every kernel that accepts views
// walks.
#pragma once

#include <array>
#include <cstdint>
#include <nabla/shape.hpp>

namespace nabla::kernels {

/// Strides of `shape` seen as `target` by broadcasting: 0 along the axes that stretch. The shapes must fit.
inline Dims broadcast_strides(const Shape& shape, const Dims& strides, const Shape& target) {
  Dims out = target;
  const std::size_t lead = target.rank() - shape.rank();
  for (std::size_t i = 0; i < target.rank(); ++i)
    out[i] = i < lead || (shape[i - lead] == 1 && target[i] != 1) ? 0 : strides[i - lead];
  return out;
}

/// Loops over N operands. Neighbouring axes that every operand walks with one stride are merged, so contiguous operands
/// are a single loop whatever their rank.
template <std::size_t N>
class Nest {
 public:
  using Offsets = std::array<std::int64_t, N>;

  Nest(const Shape& shape, const std::array<Dims, N>& strides) {
    for (std::size_t axis = 0; axis < shape.rank(); ++axis) {
      if (shape[axis] == 1) continue;
      Offsets step;
      for (std::size_t k = 0; k < N; ++k) step[k] = strides[k][axis];
      if (depth_ > 0 && mergeable(step, shape[axis])) {
        extents_[depth_ - 1] *= shape[axis];
        steps_[depth_ - 1] = step;
      } else {
        extents_[depth_] = shape[axis];
        steps_[depth_] = step;
        ++depth_;
      }
    }
    if (depth_ == 0) {  // one element
      extents_[0] = 1;
      steps_[0] = {};
      depth_ = 1;
    }
    if (shape.elements() == 0) extents_[depth_ - 1] = 0;
  }

  /// Calls inner(offsets, n, steps) for every innermost loop: n elements of operand k, from offsets[k] by steps[k].
  template <class Inner>
  void run(Inner inner) const {
    const std::size_t last = depth_ - 1;
    if (extents_[last] == 0) return;
    Offsets offsets{};
    std::array<std::int64_t, max_rank> index{};
    for (;;) {
      inner(offsets, extents_[last], steps_[last]);
      std::size_t axis = last;
      for (;; --axis) {  // the odometer of the outer axes
        if (axis == 0) return;
        const std::size_t outer = axis - 1;
        for (std::size_t k = 0; k < N; ++k) offsets[k] += steps_[outer][k];
        if (++index[outer] < extents_[outer]) break;
        for (std::size_t k = 0; k < N; ++k) offsets[k] -= steps_[outer][k] * extents_[outer];
        index[outer] = 0;
      }
    }
  }

 private:
  bool mergeable(const Offsets& inner_step, std::int64_t inner_extent) const {
    for (std::size_t k = 0; k < N; ++k)
      if (steps_[depth_ - 1][k] != inner_step[k] * inner_extent) return false;
    return true;
  }

  std::size_t depth_ = 0;
  std::array<std::int64_t, max_rank> extents_{};
  std::array<Offsets, max_rank> steps_{};
};

}  // namespace nabla::kernels
