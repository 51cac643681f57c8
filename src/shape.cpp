#include <fmt/format.h>

#include <algorithm>
#include <limits>
#include <nabla/error.hpp>
#include <nabla/memory.hpp>
#include <nabla/shape.hpp>
#include <utility>

namespace nabla {

namespace {

constexpr std::uint32_t many_class = detail::size_class(max_rank * sizeof(std::int64_t));

}  // namespace

void Dims::copy_many(const std::int64_t* values) {
  const std::uint64_t size = std::exchange(size_, 0);  // in case of an exception
  many_ = static_cast<std::int64_t*>(detail::pool_allocate(many_class));
  size_ = size;
  std::copy_n(values, size, many_);
}

void Dims::release_many() noexcept { detail::pool_release(many_, many_class); }

Dims::Dims(std::span<const std::int64_t> values) : Dims() {
  if (values.size() > max_rank)
    throw ShapeError("shape", fmt::format("{} axes; a tensor has at most {}", values.size(), max_rank));
  size_ = values.size();
  if (size_ > in_place)
    copy_many(values.data());
  else
    std::copy(values.begin(), values.end(), few_);
}

void Dims::insert(std::size_t position, std::int64_t value) {
  if (size_ == max_rank)
    throw ShapeError("shape", fmt::format("One axis more than {} have {}; a tensor has at most {}", to_string(*this),
                                          max_rank, max_rank));
  std::int64_t values[max_rank];
  std::copy(begin(), begin() + position, values);
  values[position] = value;
  std::copy(begin() + position, end(), values + position + 1);
  *this = Dims(std::span(values, size_ + 1));
}

void Dims::push_back(std::int64_t value) {
  if (size_ < in_place)
    few_[size_++] = value;
  else
    insert(size_, value);
}

void Dims::erase(std::size_t position) {
  std::int64_t values[max_rank];
  std::copy(begin() + position + 1, end(), std::copy(begin(), begin() + position, values));
  *this = Dims(std::span(values, size_ - 1));
}

Shape::Shape(std::span<const std::int64_t> extents) : Dims(extents) {
  std::int64_t n = 1;
  for (std::int64_t extent : extents) {
    if (extent < 0)
      throw ShapeError("shape", fmt::format("A negative extent in {}; extents are 0 or more", to_string(*this)));
    if (extent > 0 && n > max_elements / extent)
      throw ShapeError("shape", fmt::format("{} has more elements than can be addressed", to_string(*this)));
    n *= std::max<std::int64_t>(extent, 1);
  }
}

std::string to_string(const Dims& dims) { return fmt::format("[{}]", fmt::join(dims.begin(), dims.end(), ", ")); }

std::size_t normalize_axis(std::string_view where, std::int64_t axis, const Shape& shape) {
  const auto rank = static_cast<std::int64_t>(shape.rank());
  if (axis < -rank || axis >= rank) {
    const std::string range =
        rank == 0 ? "a scalar has no axes" : fmt::format("take an axis from {} to {}", -rank, rank - 1);
    throw ShapeError(where, fmt::format("There is no axis {} in shape {}; {}", axis, shape, range));
  }
  return static_cast<std::size_t>(axis < 0 ? axis + rank : axis);
}

Shape broadcast(std::string_view where, const Shape& a, const Shape& b) {
  if (a == b) return a;
  const Shape& longer = a.rank() >= b.rank() ? a : b;
  const Shape& shorter = a.rank() >= b.rank() ? b : a;
  Dims result = longer;
  const std::size_t lead = longer.rank() - shorter.rank();
  for (std::size_t i = 0; i < shorter.rank(); ++i) {
    const std::int64_t extent = shorter[i];
    std::int64_t& out = result[lead + i];
    if (out == 1)
      out = extent;
    else if (extent != 1 && extent != out)
      throw ShapeError(where, fmt::format("Shapes {} and {} do not broadcast: axis -{} has {} and {}; "
                                          "extents must be equal, or one of them 1",
                                          a, b, shorter.rank() - i, a[a.rank() - shorter.rank() + i],
                                          b[b.rank() - shorter.rank() + i]));
  }
  return Shape(result);  // checked: the product of two shapes may be too large
}

AxisSlice::AxisSlice(std::string_view where, const Shape& of, std::int64_t along, std::int64_t from, std::int64_t stop,
                     std::int64_t by)
    : axis(normalize_axis(where, along, of)), start(from), step(by) {
  const std::int64_t extent = of[axis];
  if (start < 0) start += extent;
  const std::int64_t end = stop < 0 ? stop + extent : stop;
  if (step < 1 || start < 0 || end < start || end > extent)
    throw ShapeError(
        where, fmt::format("start {}, stop {}, step {} do not fit axis {} of shape {}; take 0 <= start <= stop <= "
                           "{} (negative bounds count from the end) and a step of 1 or more",
                           from, stop, by, along, of, extent));
  Dims extents = of;
  extents[axis] = end > start ? 1 + (end - start - 1) / step : 0;
  shape = Shape(extents);
}

Dims contiguous_strides(const Shape& shape) {
  Dims strides = shape;
  std::int64_t stride = 1;
  for (std::size_t i = shape.rank(); i-- > 0;) {
    strides[i] = stride;
    stride *= shape[i];
  }
  return strides;
}

}  // namespace nabla
