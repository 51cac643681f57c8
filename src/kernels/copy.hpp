// Elements taken from one place to another, each place with strides of its own.
#pragma once

#include <nabla/tensor.hpp>

#include "nest.hpp"

namespace nabla::kernels {

/// Where elements stand: the first of them, and the strides to the others.
template <class T>
struct Place {
  T* first;
  Dims strides;

  Place from(std::int64_t offset) const { return {first + offset, strides}; }
};

template <class T>
Place<const T> place_of(const Tensor& x) {
  return {x.strided_data<T>(), x.strides()};
}
/// To be written.
template <class T>
Place<T> new_place_of(Tensor& x) {
  return {x.mutable_data<T>().data(), x.strides()};
}

/// f(a[i], b[i]) for every element of `shape`.
template <class A, class B, class F>
void for_each_pair(const Shape& shape, const Place<A>& a, const Place<B>& b, F f) {
  Nest<2>(shape, {a.strides, b.strides}).run([&](const auto& at, std::int64_t n, const auto& by) {
    for (std::int64_t i = 0; i < n; ++i) f(a.first[at[0] + i * by[0]], b.first[at[1] + i * by[1]]);
  });
}

/// to[i] = from[i].
template <class T>
void copy(const Shape& shape, const Place<T>& to, const Place<const T>& from) {
  for_each_pair(shape, to, from, [](T& y, T x) { y = x; });
}

}  // namespace nabla::kernels
