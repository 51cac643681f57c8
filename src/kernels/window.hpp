// Windows on a grid: element k of window o lies at o · stride − padding + k · dilation along each axis.
#pragma once

#include <nabla/shape.hpp>
#include <nabla/spatial.hpp>
#include <string_view>

namespace nabla::kernels {

struct WindowAxis {
  std::int64_t extent;  ///< of the grid
  std::int64_t kernel;  ///< elements of a window
  std::int64_t stride;
  std::int64_t padding;
  std::int64_t dilation;

  /// The number of windows. @throws ShapeError, ValueError, naming `where`
  std::int64_t places(std::string_view where) const;

  /// Where element k of window o lies; outside the grid it is padding.
  std::int64_t position(std::int64_t o, std::int64_t k) const { return o * stride - padding + k * dilation; }

  struct Range {
    std::int64_t begin;
    std::int64_t end;
  };
  /// The windows o < places whose element k lies on the grid.
  Range windows_with(std::int64_t k, std::int64_t places) const;
  /// The elements k of window o that lie on the grid.
  Range elements_of(std::int64_t o) const {
    const bool inside = position(o, 0) >= 0 && position(o, kernel - 1) < extent;
    return inside ? Range{0, kernel} : elements_at_edge(o);
  }

 private:
  Range elements_at_edge(std::int64_t o) const;
};

}  // namespace nabla::kernels
