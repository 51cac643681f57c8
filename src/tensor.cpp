#include <algorithm>
#include <cmath>
#include <cstring>
#include <nabla/error.hpp>
#include <nabla/tensor.hpp>

#include "kernels/nest.hpp"

namespace nabla {
namespace {

/// out[i] = convert<To>(x[i]) over a row-major out.
template <class From, class To>
void copy_elements(const Tensor& x, std::span<To> out) {
  const From* source = x.strided_data<From>();
  kernels::Nest<2>(x.shape(), {contiguous_strides(x.shape()), x.strides()})
      .run([&](const auto& offset, std::int64_t n, const auto& step) {
        To* to = out.data() + offset[0];
        const From* from = source + offset[1];
        if (step[0] == 1 && step[1] == 1) {  // a loop that the compiler makes packs of
          for (std::int64_t i = 0; i < n; ++i) to[i] = convert<To>(from[i]);
          return;
        }
        for (std::int64_t i = 0; i < n; ++i) to[i * step[0]] = convert<To>(from[i * step[1]]);
      });
}

}  // namespace

Tensor Tensor::full(const Shape& shape, double value, DType dtype) {
  Tensor t = uninitialized(shape, dtype);
  visit(dtype, [&]<class T>(std::type_identity<T>) {
    const std::span<T> out = t.mutable_data<T>();
    std::fill(out.begin(), out.end(), convert<T>(value));
  });
  return t;
}

Tensor Tensor::from(const Shape& shape, std::initializer_list<double> values, DType dtype) {
  return copy_of(shape, std::span<const double>(values.begin(), values.size())).to(dtype);
}

template <Element T>
Tensor Tensor::copy_of(const Shape& shape, std::span<const T> values) {
  if (static_cast<std::int64_t>(values.size()) != shape.elements())
    throw ShapeError("from", fmt::format("{} values for shape {}, which has {} elements; give one value for each",
                                         values.size(), shape, shape.elements()));
  Tensor t = uninitialized(shape, dtype_of<T>);
  std::copy(values.begin(), values.end(), t.mutable_data<T>().begin());
  return t;
}

template <Element T>
std::span<const T> Tensor::data() const& {
  require(dtype_of<T>);
  if (!layout_.contiguous())
    throw ValueError("data", fmt::format("This is a view of shape {} with strides {}; call contiguous() first, which "
                                         "makes it one block",
                                         shape_, to_string(strides())));
  return {strided_data<T>(), static_cast<std::size_t>(size_)};
}

template <Element T>
std::span<T> Tensor::mutable_data() & {
  require(dtype_of<T>);
  return {reinterpret_cast<T*>(mutable_bytes()), static_cast<std::size_t>(size_)};
}

#define NABLA_INSTANTIATE(T)                                            \
  template Tensor Tensor::copy_of<T>(const Shape&, std::span<const T>); \
  template std::span<const T> Tensor::data<T>() const&;                 \
  template std::span<T> Tensor::mutable_data<T>()&;
NABLA_INSTANTIATE(float)
NABLA_INSTANTIATE(double)
NABLA_INSTANTIATE(std::int64_t)
NABLA_INSTANTIATE(std::uint8_t)
#undef NABLA_INSTANTIATE

void Tensor::require(DType dtype) const {
  if (layout_.dtype() == dtype) return;
  throw DTypeError("data",
                   fmt::format("The elements are {}, not {}; convert with to({})", layout_.dtype(), dtype, dtype));
}

void Tensor::make_writable() {
  if (!layout_.defined()) return;
  Tensor own = uninitialized(shape_, layout_.dtype());
  visit(layout_.dtype(), [&]<class T>(std::type_identity<T>) {
    copy_elements<T>(*this, std::span<T>(reinterpret_cast<T*>(own.data_), static_cast<std::size_t>(size_)));
  });
  *this = std::move(own);
}

double Tensor::item() const {
  if (!layout_.defined() || size_ != 1)
    throw ShapeError("item", fmt::format("There are {} elements in shape {}; only a tensor of one element is a number",
                                         layout_.defined() ? size_ : 0, shape_));
  return visit(layout_.dtype(),
               [&]<class T>(std::type_identity<T>) { return static_cast<double>(*strided_data<T>()); });
}

double Tensor::at(std::initializer_list<std::int64_t> index) const {
  const std::span<const std::int64_t> given(index.begin(), index.size());
  if (given.size() != rank())
    throw ShapeError(
        "at", fmt::format("{} indices for shape {}; give one for each of its {} axes", given.size(), shape_, rank()));
  const Dims strides = this->strides();
  std::int64_t offset = 0;
  for (std::size_t axis = 0; axis < rank(); ++axis) {
    const std::int64_t i = given[axis] < 0 ? given[axis] + shape_[axis] : given[axis];
    if (i < 0 || i >= shape_[axis])
      throw ShapeError("at", fmt::format("Index {} is outside axis {} of shape {}; it runs from {} to {}", given[axis],
                                         axis, shape_, -shape_[axis], shape_[axis] - 1));
    offset += i * strides[axis];
  }
  if (!layout_.defined()) throw ShapeError("at", "An empty Tensor object has no elements; give it a value first");
  return visit(layout_.dtype(),
               [&]<class T>(std::type_identity<T>) { return static_cast<double>(strided_data<T>()[offset]); });
}

Tensor Tensor::view(const Shape& shape, const Dims& strides, std::int64_t offset) const {
  if (!layout_.defined())
    throw ValueError("view", "An empty Tensor object has no elements to look at; give it a value first");
  Tensor t;
  t.storage_ = storage_;
  t.data_ = data_ ? data_ + offset * static_cast<std::int64_t>(size_of(layout_.dtype())) : nullptr;
  t.size_ = shape.elements();
  t.layout_ = Layout(layout_.dtype(), ShapeCode(shape));
  t.shape_ = shape;
  if (t.size_ > 1) {
    const Dims dense = contiguous_strides(shape);
    for (std::size_t i = 0; i < shape.rank(); ++i)
      if (shape[i] != 1 && strides[i] != dense[i]) t.layout_ = t.layout_.strided();
  }
  if (!t.layout_.contiguous()) t.set_strides(strides);
  return t;
}

void Tensor::ReleaseDims::operator()(Dims* dims) const noexcept {
  std::destroy_at(dims);
  PoolAllocator<Dims>().deallocate(dims, 1);
}

void Tensor::set_strides(const Dims& strides) {
  strides_.reset(std::construct_at(PoolAllocator<Dims>().allocate(1), strides));
}

void Tensor::renew_like(const Tensor& x) { *this = uninitialized_like(x); }

Tensor Tensor::reshaped(const Dims& extents) const {
  Dims resolved = extents;
  std::int64_t* unknown = nullptr;
  for (std::int64_t& extent : resolved) {
    if (extent != -1) continue;
    if (unknown)
      throw ShapeError("reshape",
                       fmt::format("More than one -1 in {}; only one extent can be worked out", to_string(extents)));
    unknown = &extent;
    extent = 1;
  }
  const std::int64_t known = Shape(resolved).elements();
  if (unknown) *unknown = -1;
  if (unknown && known > 0 && size_ % known == 0) *unknown = size_ / known;
  if (unknown && *unknown == -1)
    throw ShapeError("reshape",
                     fmt::format("{} elements of shape {} do not fill {} evenly; the other extents must divide "
                                 "their number",
                                 size_, shape_, to_string(extents)));
  const Shape shape(resolved);
  if (shape.elements() != size_)
    throw ShapeError("reshape", fmt::format("Shape {} has {} elements, {} would have {}; the numbers must be equal",
                                            shape_, size_, shape, shape.elements()));
  const Tensor dense = contiguous();
  return dense.view(shape, contiguous_strides(shape), 0);
}

Tensor Tensor::permuted(const Dims& order) const {
  const Dims own = strides();
  Dims extents = shape_;
  Dims strides = own;
  bool seen[max_rank] = {};
  bool valid = order.size() == rank();
  for (std::size_t i = 0; valid && i < rank(); ++i) {
    const std::size_t axis = normalize_axis("permute", order[i], shape_);
    valid = !std::exchange(seen[axis], true);
    extents[i] = shape_[axis];
    strides[i] = own[axis];
  }
  if (!valid)
    throw ShapeError("permute", fmt::format("{} is no order of the axes of shape {}; name each of its {} axes once",
                                            to_string(order), shape_, rank()));
  return view(Shape(extents), strides, 0);
}

Tensor Tensor::transposed(std::int64_t axis0, std::int64_t axis1) const {
  const std::size_t i = normalize_axis("transpose", axis0, shape_);
  const std::size_t k = normalize_axis("transpose", axis1, shape_);
  Dims extents = shape_, strides = this->strides();
  std::swap(extents[i], extents[k]);
  std::swap(strides[i], strides[k]);
  return view(Shape(extents), strides, 0);
}

Tensor Tensor::sliced(std::int64_t axis, std::int64_t start, std::int64_t stop, std::int64_t step) const {
  const AxisSlice slice("slice", shape_, axis, start, stop, step);
  const Dims own = strides();
  Dims strides = own;
  strides[slice.axis] *= step;
  return view(slice.shape, strides, slice.shape.elements() == 0 ? 0 : slice.start * own[slice.axis]);
}

Tensor Tensor::expanded(const Shape& shape) const {
  if (shape_.rank() > shape.rank() || broadcast("expand", shape_, shape) != shape)
    throw ShapeError("expand",
                     fmt::format("Shape {} does not stretch to {}; aligned at the last axis, extents must be equal "
                                 "or 1 in the smaller shape",
                                 shape_, shape));
  return view(shape, kernels::broadcast_strides(shape_, strides(), shape), 0);
}

Tensor Tensor::contiguous() const {
  if (layout_.contiguous()) return *this;
  Tensor dense = *this;
  dense.make_writable();
  return dense;
}

Tensor Tensor::to(DType dtype) const {
  if (dtype == layout_.dtype() || !layout_.defined()) return *this;
  Tensor out = uninitialized(shape_, dtype);
  visit(layout_.dtype(), [&]<class From>(std::type_identity<From>) {
    visit(dtype, [&]<class To>(std::type_identity<To>) { copy_elements<From>(*this, out.mutable_data<To>()); });
  });
  return out;
}

Tensor zeros(const Shape& shape, DType dtype) { return Tensor::full(shape, 0, dtype); }
Tensor ones(const Shape& shape, DType dtype) { return Tensor::full(shape, 1, dtype); }
Tensor full(const Shape& shape, double value, DType dtype) { return Tensor::full(shape, value, dtype); }

Tensor arange(double start, double stop, double step, DType dtype) {
  const double count = std::ceil((stop - start) / step);
  if (!std::isfinite(start) || !std::isfinite(stop) || !std::isfinite(count) || step == 0 || count > 1e15)
    throw ValueError("arange",
                     fmt::format("start {}, stop {}, step {} do not name a finite range; all must be finite and the "
                                 "step not 0",
                                 start, stop, step));
  Tensor t = Tensor::uninitialized({std::max<std::int64_t>(0, static_cast<std::int64_t>(count))}, dtype);
  visit(dtype, [&]<class T>(std::type_identity<T>) {
    double i = 0;
    for (T& value : t.mutable_data<T>()) value = convert<T>(start + step * i++);
  });
  return t;
}

Tensor eye(std::int64_t n, DType dtype) {
  Tensor t = zeros({n, n}, dtype);
  visit(dtype, [&]<class T>(std::type_identity<T>) {
    const std::span<T> out = t.mutable_data<T>();
    for (std::size_t i = 0; i < out.size(); i += static_cast<std::size_t>(n) + 1) out[i] = 1;
  });
  return t;
}

bool identical(const Tensor& a, const Tensor& b) {
  if (a.defined() != b.defined() || a.dtype() != b.dtype() || a.shape() != b.shape()) return false;
  if (a.size() == 0 || !a.defined()) return true;
  const Tensor x = a.contiguous(), y = b.contiguous();
  return std::memcmp(x.strided_data<std::uint8_t>(), y.strided_data<std::uint8_t>(),
                     static_cast<std::size_t>(a.size()) * size_of(a.dtype())) == 0;
}

}  // namespace nabla
