// The value type: an n-dimensional array with a run-time element type, shared storage and copy on write.
#pragma once

#include <algorithm>
#include <cstdint>
#include <initializer_list>
#include <memory>
#include <nabla/dtype.hpp>
#include <nabla/memory.hpp>
#include <nabla/shape.hpp>
#include <span>
#include <string>
#include <vector>

namespace nabla {

/// An n-dimensional array. Copying is O(1) and shares the storage; writing detaches from it, so no copy ever sees the
/// write of another. transposed(), sliced(), reshaped() and expanded() are views: strides over the same storage.
/// A default-constructed Tensor, or one that was moved from, holds nothing, and every operation refuses it.
class Tensor {
 public:
  Tensor() = default;
  Tensor(const Tensor& other)
      : storage_(other.storage_), data_(other.data_), size_(other.size_), layout_(other.layout_), shape_(other.shape_) {
    copy_strides(other);
  }
  Tensor(Tensor&& other) noexcept
      : storage_(std::move(other.storage_)),
        data_(std::exchange(other.data_, nullptr)),
        size_(std::exchange(other.size_, 0)),
        layout_(std::exchange(other.layout_, Layout{})),
        shape_(std::move(other.shape_)) {
    take_strides(other);
  }
  Tensor& operator=(const Tensor& other) { return *this = Tensor(other); }
  Tensor& operator=(Tensor&& other) noexcept {
    storage_ = std::move(other.storage_);
    data_ = std::exchange(other.data_, nullptr);
    size_ = std::exchange(other.size_, 0);
    layout_ = std::exchange(other.layout_, Layout{});
    shape_ = std::move(other.shape_);
    take_strides(other);
    return *this;
  }
  ~Tensor() = default;

  /// @name Creation: f64 unless another dtype is asked for
  /// @{
  static Tensor uninitialized(const Shape& shape, DType dtype = f64) {
    return {shape, shape.elements(), Layout(dtype, ShapeCode(shape))};
  }
  /// With the shape and the dtype of another.
  static Tensor uninitialized_like(const Tensor& x) { return {x.shape_, x.size_, x.layout_.dense()}; }
  static Tensor full(const Shape& shape, double value, DType dtype = f64);
  /// The values in row-major order. @throws ShapeError when their number is not that of the shape
  static Tensor from(const Shape& shape, std::initializer_list<double> values, DType dtype = f64);
  /// A copy of `values`, row-major. @throws ShapeError when their number is not that of the shape
  template <Element T>
  static Tensor copy_of(const Shape& shape, std::span<const T> values);
  template <Element T>
  static Tensor copy_of(const Shape& shape, const std::vector<T>& values) {
    return copy_of(shape, std::span<const T>(values));
  }
  /// A scalar.
  static Tensor scalar(double value, DType dtype = f64) { return full({}, value, dtype); }
  /// @}

  /// Whether there is a value at all.
  bool defined() const { return layout_.defined(); }
  const Shape& shape() const { return shape_; }
  std::size_t rank() const { return shape_.rank(); }
  DType dtype() const { return layout_.dtype(); }
  /// Number of elements.
  std::int64_t size() const { return size_; }
  /// In elements, one an axis. An axis of stride 0 repeats one element.
  Dims strides() const { return layout_.contiguous() ? contiguous_strides(shape_) : *strides_; }
  /// Whether the elements lie in row-major order without gaps.
  bool is_contiguous() const { return layout_.contiguous(); }

  /// The elements in row-major order. @throws DTypeError when T is not the dtype; ValueError on a strided view, which
  /// contiguous() turns into one block
  template <Element T>
  std::span<const T> data() const&;
  /// Not of a temporary: `for (double v : f(x).data<double>())` would read what is gone. Give it a name first.
  template <Element T>
  std::span<const T> data() const&& = delete;
  /// The elements for writing; copies them first when they are shared or strided. @throws DTypeError
  template <Element T>
  std::span<T> mutable_data() &;
  /// The first element of a view with any strides, unchecked.
  template <class T>
  const T* strided_data() const {
    return reinterpret_cast<const T*>(data_);
  }

  /// The same, whatever the dtype.
  std::byte* mutable_bytes() {
    if (!is_writable()) make_writable();
    return data_;
  }
  /// The elements of a tensor that uninitialized() has just made, unchecked.
  std::byte* new_data() { return data_; }

  /// The only element. @throws ShapeError when there is not exactly one
  double item() const;
  /// One element by its index; negative indices count from the end. @throws ShapeError
  double at(std::initializer_list<std::int64_t> index) const;

  /// @name Views
  /// @{
  /// The same elements in row-major order under another shape; one extent may be -1 and is then worked out. A strided
  /// view is copied first. @throws ShapeError when the number of elements differs
  Tensor reshaped(const Dims& extents) const;
  /// Two axes exchanged. @throws ShapeError
  Tensor transposed(std::int64_t axis0 = -2, std::int64_t axis1 = -1) const;
  /// Axis i of the view is axis order[i] of this. @throws ShapeError unless order is a permutation
  Tensor permuted(const Dims& order) const;
  /// start ≤ i < stop, every step-th, along one axis; negative bounds count from the end. @throws ShapeError
  Tensor sliced(std::int64_t axis, std::int64_t start, std::int64_t stop, std::int64_t step = 1) const;
  /// Broadcast to a larger shape with stride 0. @throws ShapeError
  Tensor expanded(const Shape& shape) const;
  /// @}

  /// This tensor, or a row-major copy when it is a strided view.
  Tensor contiguous() const;
  /// Every element converted by convert(); the same tensor when the dtype is already right.
  Tensor to(DType dtype) const;
  /// Takes the shape and the dtype of x, and keeps its own buffer if that fits and nobody else holds it. Contents are
  /// then unspecified.
  [[gnu::always_inline]] void become_like(const Tensor& x) {
    if (!is_dense_like(x) || !storage_.unique()) [[unlikely]]
      renew_like(x);
  }
  void become(const Shape& shape, DType dtype) {
    if (!is_writable() || this->dtype() != dtype || shape_ != shape) *this = uninitialized(shape, dtype);
  }
  /// Whether there is a value, in row-major order.
  bool is_dense() const { return layout_.defined() && layout_.contiguous(); }
  /// The same, with the shape and the dtype of another.
  bool is_dense_like(const Tensor& x) const {
    return layout_ == x.layout_ && is_dense() && (layout_.exact() || shape_ == x.shape_);
  }
  /// Whether shape and dtype are those of another; both have a value.
  bool is_like(const Tensor& x) const {
    return (layout_ == x.layout_ && layout_.exact()) || (dtype() == x.dtype() && shape_ == x.shape_);
  }
  /// Gives up the value: as if default-constructed.
  void reset() {
    storage_ = Storage();
    size_ = 0;
    layout_ = Layout{};
  }
  /// Gives up the elements, and keeps shape and dtype: a place for another tensor of the kind.
  void let_go() {
    storage_ = Storage();
    data_ = nullptr;
  }
  /// Whether both read the same storage.
  bool shares_storage_with(const Tensor& other) const {
    return data_ != nullptr && storage_.data() == other.storage_.data();
  }
  /// Whether a write would go to this storage: it is dense, and nobody else holds it.
  bool is_writable() const { return is_dense() && storage_.unique(); }

 private:
  /// What tells most tensors apart, in one word, which is written and read as a whole: a part of it would have to wait
  /// until the rest of it has reached the cache.
  class Layout {
   public:
    /// Of nothing.
    Layout() = default;
    /// Of a value in row-major order.
    Layout(DType dtype, ShapeCode shape)
        : word_(std::uint64_t{shape.code()} << 32 | defined_bit | contiguous_bit | static_cast<std::uint64_t>(dtype)) {}

    DType dtype() const { return static_cast<DType>(word_ & dtype_bits); }
    bool defined() const { return (word_ & defined_bit) != 0; }
    bool contiguous() const { return (word_ & contiguous_bit) != 0; }
    /// Whether no other shape has this layout.
    bool exact() const { return word_ >> 32 != 0; }

    Layout strided() const { return Layout(word_ & ~contiguous_bit); }
    Layout dense() const { return Layout(word_ | contiguous_bit); }
    friend bool operator==(Layout, Layout) = default;

   private:
    static constexpr std::uint64_t dtype_bits = 0xff, defined_bit = 0x100, contiguous_bit = 0x200;
    explicit Layout(std::uint64_t word) : word_(word) {}

    std::uint64_t word_ = contiguous_bit | static_cast<std::uint64_t>(f64);
  };

  struct ReleaseDims {
    void operator()(Dims* dims) const noexcept;
  };
  void copy_strides(const Tensor& other) {
    if (!layout_.contiguous()) [[unlikely]]
      set_strides(*other.strides_);
  }
  void take_strides(Tensor& other) {
    if (!layout_.contiguous()) [[unlikely]]
      strides_ = std::move(other.strides_);
  }
  void set_strides(const Dims& strides);
  Tensor(const Shape& shape, std::int64_t size, Layout layout)
      : storage_(size == 0 ? Storage() : Storage(static_cast<std::size_t>(size) * size_of(layout.dtype()))),
        data_(storage_.data()),
        size_(size),
        layout_(layout),
        shape_(shape) {}

  Tensor view(const Shape& shape, const Dims& strides, std::int64_t offset) const;
  void require(DType dtype) const;
  void make_writable();
  void renew_like(const Tensor& x);

  Storage storage_;
  std::byte* data_ = nullptr;
  std::int64_t size_ = 0;
  Layout layout_;
  Shape shape_;
  std::unique_ptr<Dims, ReleaseDims> strides_;  // read only when not contiguous
};

Tensor zeros(const Shape& shape, DType dtype = f64);
Tensor ones(const Shape& shape, DType dtype = f64);
Tensor full(const Shape& shape, double value, DType dtype = f64);
/// start, start + step, ... below stop (above it for a negative step), as NumPy's arange. @throws ValueError
Tensor arange(double start, double stop, double step = 1, DType dtype = f64);
/// The n × n identity.
Tensor eye(std::int64_t n, DType dtype = f64);

/// Same dtype, shape and elements, bit for bit.
bool identical(const Tensor& a, const Tensor& b);

/// As NumPy prints it: [[1. 2.]\n [3. 4.]], columns aligned, more than 1000 elements summarised by their edges.
/// @param precision  digits after the point at most; -1 for NumPy's 8 (a scalar: all digits that tell it apart)
std::string to_string(const Tensor& tensor, int precision = -1);

}  // namespace nabla

/// {} or {:.3}: digits after the point.
template <>
struct fmt::formatter<nabla::Tensor> {
  int precision = -1;

  constexpr auto parse(format_parse_context& context) {
    auto it = context.begin();
    if (it != context.end() && *it == '.') {
      precision = 0;
      for (++it; it != context.end() && *it >= '0' && *it <= '9' && precision < 100; ++it)
        precision = 10 * precision + (*it - '0');
    }
    if (it != context.end() && *it != '}') context.on_error("a Tensor takes {} or {:.N}, N digits after the point");
    return it;
  }
  auto format(const nabla::Tensor& tensor, format_context& context) const {
    // Not by fmt::format_to: clang has another name for the function behind it than the g++ of Debian's libfmt.
    return std::ranges::copy(nabla::to_string(tensor, precision), context.out()).out;
  }
};
