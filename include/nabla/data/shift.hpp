// Pictures moved by whole pixels: more samples than there are.
#pragma once

#include <cstdint>
#include <nabla/random.hpp>
#include <nabla/tensor.hpp>

namespace nabla::data {

struct ShiftOptions {
  double fill = 0;         ///< what comes in from outside
  std::int64_t width = 0;  ///< of pictures that are rows, [n, h · w]; 0: they are square
};

/// Pictures [n, h, w] or [n, h · w], all moved dx pixels to the right and dy down:
/// out[i, y, x] = images[i, y − dy, x − dx], and `fill` where there is no such pixel.
/// @throws ShapeError unless the rows are pictures of that width
Tensor shift(const Tensor& images, std::int64_t dx, std::int64_t dy, const ShiftOptions& options = {});

/// Each picture moved by a dx and a dy of its own, drawn uniformly from −most … most.
/// @throws as shift; ValueError unless most ≥ 0
Tensor shift_randomly(const Tensor& images, std::int64_t most, Rng& rng, const ShiftOptions& options = {});

}  // namespace nabla::data
