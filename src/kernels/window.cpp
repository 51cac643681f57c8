#include "window.hpp"

#include <algorithm>
#include <limits>
#include <nabla/error.hpp>

namespace nabla::kernels {
namespace {

/// ⌈a / b⌉ for b > 0, and 0 where that is negative.
std::int64_t ceil_quotient(std::int64_t a, std::int64_t b) { return a <= 0 ? 0 : (a + b - 1) / b; }

}  // namespace

std::int64_t WindowAxis::places(std::string_view where) const {
  if (kernel < 1 || stride < 1 || dilation < 1 || padding < 0)
    throw ValueError(where,
                     fmt::format("A kernel of {} with stride {}, padding {} and dilation {}; the padding must be "
                                 "0 or more, the others 1 or more",
                                 kernel, stride, padding, dilation));
  constexpr std::int64_t most = std::numeric_limits<std::int32_t>::max();  // so that nothing below overflows
  if (kernel > most || stride > most || dilation > most || padding > most)
    throw ValueError(where, fmt::format("A kernel of {} with stride {}, padding {} and dilation {}; none may be above "
                                        "{}",
                                        kernel, stride, padding, dilation, most));
  const std::int64_t reach = dilation * (kernel - 1) + 1, padded = extent + 2 * padding;
  if (reach > padded)
    throw ShapeError(where, fmt::format("A window of {} on an extent of {}, {} with its padding; take a smaller kernel "
                                        "or dilation, or more padding",
                                        reach, extent, padded));
  return (padded - reach) / stride + 1;
}

WindowAxis::Range WindowAxis::windows_with(std::int64_t k, std::int64_t places) const {
  const std::int64_t begin = std::min(ceil_quotient(padding - k * dilation, stride), places);
  const std::int64_t end = ceil_quotient(extent + padding - k * dilation, stride);
  return {begin, std::clamp(end, begin, places)};
}

WindowAxis::Range WindowAxis::elements_at_edge(std::int64_t o) const {
  const std::int64_t start = position(o, 0);
  const std::int64_t begin = std::min(ceil_quotient(-start, dilation), kernel);
  return {begin, std::clamp(ceil_quotient(extent - start, dilation), begin, kernel)};
}

}  // namespace nabla::kernels
