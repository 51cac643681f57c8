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

/// A short list of integers: extents, strides or axes.
class Dims {
 public:
  Dims() { std::fill_n(few_, in_place, 0); }
  Dims(const Dims& other) { copy(other); }
  Dims(Dims&& other) noexcept { take(other); }
  Dims& operator=(const Dims& other) {
    if (this == &other) return *this;
    release();
    copy(other);
    return *this;
  }
  Dims& operator=(Dims&& other) noexcept {
    if (this == &other) return *this;
    release();
    take(other);
    return *this;
  }
  ~Dims() { release(); }
  /// @throws ShapeError beyond max_rank entries
  Dims(std::initializer_list<std::int64_t> values) : Dims(std::span(values.begin(), values.size())) {}
  explicit Dims(std::span<const std::int64_t> values);

  std::size_t size() const { return size_; }
  bool empty() const { return size_ == 0; }
  std::int64_t operator[](std::size_t i) const { return begin()[i]; }
  std::int64_t& operator[](std::size_t i) { return begin()[i]; }
  const std::int64_t* begin() const { return size_ <= in_place ? few_ : many_; }
  const std::int64_t* end() const { return begin() + size_; }
  std::int64_t* begin() { return size_ <= in_place ? few_ : many_; }
  std::int64_t* end() { return begin() + size_; }
  std::int64_t back() const { return begin()[size_ - 1]; }

  /// @throws ShapeError beyond max_rank entries
  void push_back(std::int64_t value);
  void insert(std::size_t position, std::int64_t value);
  void erase(std::size_t position);

  friend bool operator==(const Dims& a, const Dims& b) {
    if (a.size_ > in_place) [[unlikely]]
      return std::equal(a.begin(), a.end(), b.begin(), b.end());
    std::uint64_t difference = a.size_ ^ b.size_;
    for (std::size_t i = 0; i < in_place; ++i) difference |= static_cast<std::uint64_t>(a.few_[i] ^ b.few_[i]);
    return difference == 0;
  }

 private:
  // Nearly all tensors have few axes. Those entries are always set, to 0 where unused, so that they are copied and
  // compared without a loop; more are in a pooled block.
  static constexpr std::size_t in_place = 4;

  void copy_words(const Dims& other) {
    size_ = other.size_;
    for (std::size_t i = 0; i < in_place; ++i) few_[i] = other.few_[i];
  }
  void copy(const Dims& other) {
    copy_words(other);
    if (size_ > in_place) [[unlikely]]
      copy_many(other.many_);
  }
  void take(Dims& other) {
    copy_words(other);
    if (size_ <= in_place) [[likely]]
      return;
    other.size_ = 0;
    std::fill_n(other.few_, in_place, 0);
  }
  void release() {
    if (size_ > in_place) [[unlikely]]
      release_many();
  }
  void copy_many(const std::int64_t* values);
  void release_many() noexcept;

  std::uint64_t size_ = 0;
  union {
    std::int64_t few_[in_place];
    std::int64_t* many_;  // max_rank of them
  };
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
  /// 0 where other shapes have the same.
  std::uint32_t code() const { return code_; }

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
