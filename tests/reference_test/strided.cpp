#include "strided.hpp"

#include <fmt/core.h>

#include <algorithm>
#include <cstring>
#include <numeric>
#include <stdexcept>
#include <vector>

namespace reference {

using nabla::Dims;
using nabla::Shape;
using nabla::Tensor;

namespace {

/// n elements of the base from an offset on, with zeros behind its end.
Tensor stretch(const Tensor& base, std::int64_t offset, std::int64_t n) {
  Tensor elements = nabla::zeros({n}, base.dtype());
  const auto size = static_cast<std::int64_t>(size_of(base.dtype()));
  const std::int64_t count = std::min(n, base.size() - offset);
  const Tensor dense = base.contiguous();
  if (count > 0)
    std::memcpy(elements.mutable_bytes(), dense.strided_data<std::byte>() + offset * size,
                static_cast<std::size_t>(count * size));
  return elements;
}

}  // namespace

Tensor strided_view(const Tensor& base, const Shape& shape, const Dims& strides, std::int64_t offset) {
  if (shape.elements() == 0) return nabla::zeros(shape, base.dtype());
  // The axes that walk, from the largest stride down, become the axes of a row-major tensor: the extent of one is the
  // ratio of the stride before to its own. The last one is sliced with its stride as the step.
  std::vector<std::size_t> walking, standing;
  for (std::size_t i = 0; i < shape.rank(); ++i) (shape[i] == 1 || strides[i] == 0 ? standing : walking).push_back(i);
  std::sort(walking.begin(), walking.end(), [&](std::size_t i, std::size_t k) { return strides[i] > strides[k]; });

  Dims extents;  // of the row-major tensor: ones for the standing axes, then the walking ones
  for (std::size_t i = 0; i < standing.size(); ++i) extents.push_back(1);
  for (std::size_t i = 0; i < walking.size(); ++i) {
    const std::int64_t own = i + 1 == walking.size() ? 1 : strides[walking[i]];  // elements to one step of the axis
    const std::int64_t outer =
        i == 0 ? own * ((shape[walking[i]] - 1) * strides[walking[i]] / own + 1) : strides[walking[i - 1]];
    if (strides[walking[i]] < 0 || outer % own != 0 || (shape[walking[i]] - 1) * strides[walking[i]] >= outer)
      throw std::runtime_error(
          fmt::format("strides {} of shape {} are not those of a view along axes", to_string(strides), shape));
    extents.push_back(outer / own);
  }
  const Shape whole(extents);
  Tensor view = stretch(base, offset, whole.elements()).reshaped(extents);
  for (std::size_t i = 0; i < walking.size(); ++i) {
    const std::int64_t n = shape[walking[i]], step = i + 1 == walking.size() ? strides[walking[i]] : 1;
    view = view.sliced(static_cast<std::int64_t>(standing.size() + i), 0, (n - 1) * step + 1, step);
  }
  Dims order = shape;  // back to the order of the axes
  for (std::size_t i = 0; i < standing.size(); ++i) order[standing[i]] = static_cast<std::int64_t>(i);
  for (std::size_t i = 0; i < walking.size(); ++i) order[walking[i]] = static_cast<std::int64_t>(standing.size() + i);
  return view.permuted(order).expanded(shape);
}

}  // namespace reference
