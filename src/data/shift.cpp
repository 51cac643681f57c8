#include <fmt/core.h>

#include <algorithm>
#include <cmath>
#include <nabla/data/shift.hpp>
#include <nabla/error.hpp>
#include <string_view>
#include <utility>

namespace nabla::data {
namespace {

struct Extents {
  std::int64_t pictures, height, width;
};

Extents extents_of(std::string_view where, const Tensor& images, std::int64_t width) {
  const Shape& shape = images.shape();
  if (images.defined() && shape.rank() == 3) return {shape[0], shape[1], shape[2]};
  if (images.defined() && shape.rank() == 2) {
    const std::int64_t pixels = shape[1];
    const std::int64_t side = std::llround(std::sqrt(static_cast<double>(pixels)));
    if (width == 0 && side * side == pixels) return {shape[0], side, side};
    if (width > 0 && pixels % width == 0) return {shape[0], pixels / width, width};
  }
  throw ShapeError(where, fmt::format("{} are no pictures of width {}; give [n, h, w], or [n, h * w] with the width w "
                                      "unless they are square",
                                      shape, width));
}

/// Picture i is moved by (dx(i), dy(i)).
template <class F>
Tensor shifted(const Tensor& images, const Extents& e, double fill, F move) {
  const Tensor from = images.contiguous();
  Tensor out = full(from.shape(), fill, from.dtype());
  visit(from.dtype(), [&]<class T>(std::type_identity<T>) {
    const T* source = from.data<T>().data();
    T* target = out.mutable_data<T>().data();
    for (std::int64_t i = 0; i < e.pictures; ++i, source += e.height * e.width, target += e.height * e.width) {
      const auto [dx, dy] = move(i);
      // What stays within: rows and columns of the target that have a source.
      const std::int64_t top = std::max<std::int64_t>(dy, 0), bottom = e.height + std::min<std::int64_t>(dy, 0);
      const std::int64_t left = std::max<std::int64_t>(dx, 0), right = e.width + std::min<std::int64_t>(dx, 0);
      for (std::int64_t y = top; y < bottom && left < right; ++y)
        std::copy_n(source + (y - dy) * e.width + left - dx, right - left, target + y * e.width + left);
    }
  });
  return out;
}

}  // namespace

Tensor shift(const Tensor& images, std::int64_t dx, std::int64_t dy, const ShiftOptions& options) {
  const Extents e = extents_of("shift", images, options.width);
  dx = std::clamp(dx, -e.width, e.width);  // farther is nowhere else
  dy = std::clamp(dy, -e.height, e.height);
  return shifted(images, e, options.fill, [&](std::int64_t) { return std::pair(dx, dy); });
}

Tensor shift_randomly(const Tensor& images, std::int64_t most, Rng& rng, const ShiftOptions& options) {
  const Extents e = extents_of("shift_randomly", images, options.width);
  if (most < 0 || most > std::max(e.width, e.height))
    throw ValueError("shift_randomly",
                     fmt::format("most is {}; take 0 to {} pixels", most, std::max(e.width, e.height)));
  const Tensor draws = rng.integers({e.pictures, 2}, -most, most + 1);
  const auto draw = draws.data<std::int64_t>();
  return shifted(images, e, options.fill, [&](std::int64_t i) {
    const auto k = static_cast<std::size_t>(2 * i);
    return std::pair(std::clamp(draw[k], -e.width, e.width), std::clamp(draw[k + 1], -e.height, e.height));
  });
}

}  // namespace nabla::data
