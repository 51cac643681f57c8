// The extents of a tensor, and NumPy's rule for combining two of them.
#pragma once

#include <fmt/core.h>

#include <nabla/dtype.hpp>
#include <nabla/text.hpp>

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <initializer_list>
#include <iterator>
#include <span>
#include <string>
#include <string_view>

namespace nabla {

/// The largest number of axes a tensor can have. The Jacobian of a function of matrices has four.
inline constexpr std::size_t max_rank = 8;

/// The largest number of elements of a shape: what 63 bits address in f64.
inline constexpr std::int64_t max_elements = std::int64_t{1} << 60;

/// A short list of integers kept in place: extents, strides or axes.
class Dims {
 public:
  Dims() { std::fill_n(values_, always_set, 0); }
  Dims(const Dims& other) { *this = other; }
  Dims& operator=(const Dims& other) {
    size_ = other.size_;
    for (std::size_t i = 0; i < always_set; ++i) values_[i] = other.values_[i];
    if (size_ > always_set) [[unlikely]]
      for (std::size_t i = always_set; i < size_; ++i) values_[i] = other.values_[i];
    return *this;
  }
  /// @throws ShapeError beyond max_rank entries
  Dims(std::initializer_list<std::int64_t> values) : Dims(std::span(values.begin(), values.size())) {}
  explicit Dims(std::span<const std::int64_t> values);

  std::size_t size() const { return size_; }
  bool empty() const { return size_ == 0; }
  std::int64_t operator[](std::size_t i) const { return values_[i]; }
  std::int64_t& operator[](std::size_t i) { return values_[i]; }
  const std::int64_t* begin() const { return values_; }
  const std::int64_t* end() const { return values_ + size_; }
  std::int64_t* begin() { return values_; }
  std::int64_t* end() { return values_ + size_; }
  std::int64_t back() const { return values_[size_ - 1]; }

  /// @throws ShapeError beyond max_rank entries
  void push_back(std::int64_t value);
  void insert(std::size_t position, std::int64_t value);
  void erase(std::size_t position);

  friend bool operator==(const Dims& a, const Dims& b) {
    std::uint64_t difference = a.size_ ^ b.size_;
    for (std::size_t i = 0; i < always_set; ++i) difference |= static_cast<std::uint64_t>(a.values_[i] ^ b.values_[i]);
    return difference == 0 &&
           (a.size_ <= always_set || std::equal(a.begin() + always_set, a.end(), b.begin() + always_set));
  }

 private:
  // Nearly all tensors have few axes: the first entries are always set, to 0 where unused, so that they are copied and
  // compared without a loop.
  static constexpr std::size_t always_set = 4;

  std::uint64_t size_ = 0;
  std::int64_t values_[max_rank];
};

/// Extents by axis, outermost first; {} is a scalar. Extents are ≥ 0.
class Shape : public Dims {
 public:
  Shape() = default;
  /// @throws ShapeError for a negative extent, more than max_rank axes, or more than max_elements elements
  Shape(std::initializer_list<std::int64_t> extents) : Shape(std::span(extents.begin(), extents.size())) {}
  explicit Shape(std::span<const std::int64_t> extents);
  explicit Shape(const Dims& extents) : Shape(std::span(extents.begin(), extents.size())) {}

  /// A shape is checked when it is made, and does not change: work on a Dims, and make a Shape of the result.
  std::int64_t operator[](std::size_t axis) const { return Dims::operator[](axis); }
  const std::int64_t* begin() const { return Dims::begin(); }
  const std::int64_t* end() const { return Dims::end(); }
  void push_back(std::int64_t) = delete;
  void insert(std::size_t, std::int64_t) = delete;
  void erase(std::size_t) = delete;

  std::size_t rank() const { return size(); }

  /// Number of elements: the product of the extents, 1 for a scalar.
  std::int64_t elements() const {
    std::int64_t n = 1;
    for (std::int64_t extent : *this) n *= extent;
    return n;
  }
};

/// A shape in one word where its axes are few and its extents not large; equal shapes have equal codes.
class ShapeCode {
 public:
  ShapeCode() = default;
  explicit ShapeCode(const Shape& shape) {
    constexpr std::uint32_t bits[] = {0, 29, 14, 9, 7};  // of an extent, by the rank
    const std::size_t rank = shape.rank();
    if (rank >= std::size(bits)) return;
    std::uint32_t extents = 0;
    for (const std::int64_t extent : shape) {
      if (extent >> bits[rank] != 0) return;
      extents = (extents << bits[rank]) | static_cast<std::uint32_t>(extent);
    }
    code_ = (static_cast<std::uint32_t>(rank) + 1) << 29 | extents;
  }
  /// Whether no other shape has this code.
  bool exact() const { return code_ != 0; }

 private:
  std::uint32_t code_ = 0;  // 1 + the rank in 3 bits, the extents in 29; 0 for the shapes without a code of their own
};

/// "[32, 784]"
std::string to_string(const Dims& dims);

/// The axis counted from the front: -1 is the last one.
/// @throws ShapeError, naming `where`, unless -rank ≤ axis < rank
std::size_t normalize_axis(std::string_view where, std::int64_t axis, const Shape& shape);

/// NumPy's broadcasting: shapes are aligned at their last axis, and an extent of 1 stretches.
/// @throws ShapeError, naming `where`, when two extents differ and neither is 1
Shape broadcast(std::string_view where, const Shape& a, const Shape& b);

/// start ≤ i < stop, every step-th, along one axis, with everything counted from the front and checked.
struct AxisSlice {
  /// Negative bounds count from the end. @throws ShapeError, naming `where`, unless 0 ≤ start ≤ stop ≤ extent, step ≥ 1
  AxisSlice(std::string_view where, const Shape& shape, std::int64_t axis, std::int64_t start, std::int64_t stop,
            std::int64_t step);

  std::size_t axis;
  std::int64_t start;
  std::int64_t step;
  Shape shape;  ///< of the slice
};

/// Row-major strides in elements.
Dims contiguous_strides(const Shape& shape);

}  // namespace nabla

// Plain {} only: fmt/core.h does not define what formatter<std::string_view> would need for widths and fills.
template <>
struct fmt::formatter<nabla::Shape> : nabla::detail::TextFormatter {};

template <>
struct fmt::formatter<nabla::DType> : nabla::detail::TextFormatter {
  auto format(nabla::DType dtype, format_context& context) const { return set(nabla::name(dtype), context); }
};
