// Pooling: one number for each window of each plane, that is of each sample and channel.
#pragma once

#include <nabla/tensor.hpp>

#include "parallel.hpp"
#include "window.hpp"

namespace nabla::kernels {

class Pooling {
 public:
  /// Windows on x [samples, channels, height, width]; a stride of 0 stands for the kernel.
  /// @throws ShapeError, ValueError, naming `where`, also where a window could lie on nothing but padding
  Pooling(std::string_view where, const Shape& x, HeightWidth kernel, HeightWidth stride, HeightWidth padding);

  Shape result() const { return {samples_, channels_, rows_, columns_}; }
  std::int64_t plane() const { return height_.extent * width_.extent; }
  std::int64_t window() const { return height_.kernel * width_.kernel; }

  /// What of a window lies on its plane.
  struct Window {
    std::int64_t index;  ///< of the window among all
    std::int64_t plane;  ///< offset of its plane
    std::int64_t top, bottom, left, right;
    std::int64_t line;  ///< width of the plane

    std::int64_t size() const { return (bottom - top) * (right - left); }
    /// f(offset in the plane) for its elements, in row-major order.
    template <class F>
    void each(F f) const {
      for (std::int64_t i = top; i < bottom; ++i)
        for (std::int64_t j = left; j < right; ++j) f(i * line + j);
    }
    /// The offset in the plane of the first of its largest elements; a NaN is larger than anything.
    template <class T>
    std::int64_t first_largest(const T* x) const {
      std::int64_t top_at = top * line + left;
      T largest = x[plane + top_at];
      bool nan = false;
      each([&](std::int64_t at) {  // without branches, which nothing could predict
        const T value = x[plane + at];
        top_at += (value > largest) * (at - top_at);
        largest = value > largest ? value : largest;
        nan |= value != value;
      });
      if (!nan) return top_at;
      top_at = -1;
      each([&](std::int64_t at) {
        if (top_at < 0 && x[plane + at] != x[plane + at]) top_at = at;
      });
      return top_at;
    }
  };

  /// visit(window), plane by plane; the planes may be on different threads.
  template <class Visit>
  void for_each_window(Visit visit) const {
    const std::int64_t planes = samples_ * channels_, places = rows_ * columns_;
    if (places * planes == 0) return;
    const std::int64_t blocks = (planes * places + share - 1) / share;
    parallel_for(blocks, [&](std::int64_t block) {
      const std::int64_t end = block_begin(planes, blocks, 1, block + 1);
      for (std::int64_t p = block_begin(planes, blocks, 1, block); p < end; ++p)
        for (std::int64_t i = 0; i < rows_; ++i) {
          const auto down = height_.elements_of(i);
          const std::int64_t top = height_.position(i, down.begin), bottom = height_.position(i, down.end);
          for (std::int64_t j = 0; j < columns_; ++j) {
            const auto across = width_.elements_of(j);
            visit(Window{(p * rows_ + i) * columns_ + j, p * plane(), top, bottom, width_.position(j, across.begin),
                         width_.position(j, across.end), width_.extent});
          }
        }
    });
  }

 private:
  static constexpr std::int64_t share = 1 << 14;  // windows for one thread at a time

  std::int64_t samples_, channels_;
  WindowAxis height_, width_;
  std::int64_t rows_, columns_;
};

}  // namespace nabla::kernels
