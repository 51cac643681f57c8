#include "pooling.hpp"

#include <nabla/error.hpp>

namespace nabla::kernels {
namespace {

const Shape& images(std::string_view where, const Shape& x) {
  if (x.rank() != 4)
    throw ShapeError(where, fmt::format("x has shape {}; it must be [samples, channels, height, width]", x));
  return x;
}

WindowAxis axis(std::string_view where, std::int64_t extent, std::int64_t kernel, std::int64_t stride,
                std::int64_t padding) {
  if (kernel > 0 && padding > kernel / 2)
    throw ValueError(where, fmt::format("A padding of {} for a kernel of {}; it must be half the kernel at most, or "
                                        "windows would lie on nothing else",
                                        padding, kernel));
  return {extent, kernel, stride == 0 ? kernel : stride, padding, 1};
}

}  // namespace

Pooling::Pooling(std::string_view where, const Shape& x, HeightWidth kernel, HeightWidth stride, HeightWidth padding)
    : samples_(images(where, x)[0]),
      channels_(x[1]),
      height_(axis(where, x[2], kernel.height, stride.height, padding.height)),
      width_(axis(where, x[3], kernel.width, stride.width, padding.width)),
      rows_(height_.places(where)),
      columns_(width_.places(where)) {}

}  // namespace nabla::kernels
