// Running operations along an axis, and what their rules share.
#pragma once

#include <nabla/op.hpp>

namespace nabla::kernels {

/// Goes along the axis of a row-major tensor, forwards or backwards: first(at) for the first element of every line,
/// then next(at, before) for the others, with the offsets of an element and of the one before it.
template <class First, class Next>
void scan(const Shape& shape, std::size_t axis, bool backwards, First first, Next next) {
  std::int64_t inner = 1;
  for (std::size_t i = axis + 1; i < shape.rank(); ++i) inner *= shape[i];
  const std::int64_t length = shape[axis], slab = length * inner, elements = shape.elements();
  const std::int64_t step = backwards ? -inner : inner;
  for (std::int64_t begin = 0; begin < elements; begin += slab) {
    std::int64_t at = backwards ? begin + slab - inner : begin;
    for (std::int64_t k = at; k < at + inner; ++k) first(k);
    for (std::int64_t i = 1; i < length; ++i) {
      at += step;
      for (std::int64_t k = at; k < at + inner; ++k) next(k, k - step);
    }
  }
}

/// out_i = f(out_{i−1}, x_i), beginning with x_0.
template <class F>
void running(const Tensor& x, std::size_t axis, bool backwards, Tensor& out, F f) {
  const Tensor dense = x.contiguous();
  visit_floating(out.dtype(), [&]<class T>(std::type_identity<T>) {
    const T* from = dense.data<T>().data();
    T* to = out.mutable_data<T>().data();
    scan(
        out.shape(), axis, backwards, [&](std::int64_t i) { to[i] = from[i]; },
        [&](std::int64_t i, std::int64_t before) { to[i] = f(to[before], from[i]); });
  });
}

/// What stands one place before each element in the direction of a scan: y_i = x_{i−1}, or x_{i+1} backwards; `first`
/// where there is none.
template <Value V>
V before(const V& x, std::size_t axis, bool backwards, double first) {
  Padding padding;
  padding.before = x.shape();
  for (std::int64_t& n : padding.before) n = 0;
  padding.after = padding.before;
  padding.before[axis] = backwards ? -1 : 1;
  padding.after[axis] = -padding.before[axis];
  return pad(x, padding, first);
}

}  // namespace nabla::kernels
