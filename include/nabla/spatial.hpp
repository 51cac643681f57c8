// How windows lie on grids, for convolutions and pooling.
#pragma once

#include <cstdint>

namespace nabla {

/// Two extents, or one for both.
struct HeightWidth {
  HeightWidth(std::int64_t both) : height(both), width(both) {}
  HeightWidth(std::int64_t h, std::int64_t w) : height(h), width(w) {}

  std::int64_t height;
  std::int64_t width;
};

struct Conv2dOptions {
  HeightWidth stride = 1;    ///< from window to window
  HeightWidth padding = 0;   ///< zeros around x, on each side
  HeightWidth dilation = 1;  ///< from element to element of a window
  std::int64_t groups = 1;   ///< channels and filters are cut into so many parts, which do not see each other
};

struct Conv1dOptions {
  std::int64_t stride = 1;
  std::int64_t padding = 0;
  std::int64_t dilation = 1;
  std::int64_t groups = 1;
};

struct MaxPool2dOptions {
  HeightWidth stride = 0;   ///< from window to window; 0 stands for the kernel
  HeightWidth padding = 0;  ///< half the kernel at most
};

struct AvgPool2dOptions {
  HeightWidth stride = 0;
  HeightWidth padding = 0;
  bool count_include_pad = true;
};

}  // namespace nabla
