#pragma once

#include <nabla/apply.hpp>

namespace nabla {
namespace ops {

struct Slice {
  static constexpr OpInfo info{.name = "slice",
                               .arity = 1,
                               .formula = "x[start:stop:step]",
                               .shapes = "[..., n, ...] -> [..., k, ...]",
                               .derivative = "unslice(u)",
                               .dtypes = DTypes::any,
                               .view = true};
  std::int64_t axis = 0;
  std::int64_t start = 0;
  std::int64_t stop = 0;
  std::int64_t step = 1;

  void forward(Tensors in, Tensor& out) const;
  template <Value V>
  void vjp(const Pullback<V>& p) const;
  static std::vector<Sample> samples();
  static std::vector<BadCall> bad_calls();
};

}  // namespace ops

/// Every step-th index from start up to, but without, stop along one axis; negative bounds count from the end. A view.
/// @throws ShapeError unless 0 ≤ start ≤ stop ≤ extent and step ≥ 1
template <Value V>
V slice(const V& x, std::int64_t axis, std::int64_t start, std::int64_t stop, std::int64_t step = 1) {
  return apply(ops::Slice{axis, start, stop, step}, x);
}

namespace detail {
/// @throws ShapeError unless the sizes are ≥ 0 and add up to the extent of the axis
void require_split(const Shape& shape, std::span<const std::int64_t> sizes, std::int64_t axis);
}  // namespace detail

/// Parts one behind the other along an axis, of the given sizes: what concat joins. Views.
/// @throws ShapeError unless the sizes are ≥ 0 and add up to the extent of the axis
template <Value V>
std::vector<V> split(const V& x, std::span<const std::int64_t> sizes, std::int64_t axis = 0) {
  detail::require_split(x.shape(), sizes, axis);
  std::vector<V> parts;
  std::int64_t start = 0;
  for (const std::int64_t size : sizes) {
    parts.push_back(slice(x, axis, start, start + size));
    start += size;
  }
  return parts;
}
template <Value V>
std::vector<V> split(const V& x, std::initializer_list<std::int64_t> sizes, std::int64_t axis = 0) {
  return split(x, std::span<const std::int64_t>(sizes.begin(), sizes.size()), axis);
}

}  // namespace nabla
