// Elements taken from one place to another, each place with strides of its own.
#pragma once

#include "nest.hpp"

namespace nabla::kernels {

/// f(to[i], from[i]) for every element of `shape`; `to` and `from` point at the first ones.
template <class To, class From, class F>
void for_each_pair(const Shape& shape, To* to, const Dims& to_strides, From* from, const Dims& from_strides, F f) {
  Nest<2>(shape, {to_strides, from_strides}).run([&](const auto& at, std::int64_t n, const auto& by) {
    for (std::int64_t i = 0; i < n; ++i) f(to[at[0] + i * by[0]], from[at[1] + i * by[1]]);
  });
}

/// to[i] = from[i].
template <class T>
void copy(const Shape& shape, T* to, const Dims& to_strides, const T* from, const Dims& from_strides) {
  for_each_pair(shape, to, to_strides, from, from_strides, [](T& y, T x) { y = x; });
}

}  // namespace nabla::kernels
