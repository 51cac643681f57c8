// Elementwise loops: out[i] = f(x[i], y[i], ...), operands broadcast to out.
#pragma once

#include <array>
#include <nabla/tensor.hpp>
#include <tuple>
#include <type_traits>
#include <utility>

#include "nest.hpp"

namespace nabla::kernels {

namespace detail {

/// Calls body with the step as a constant where it is 0 or 1, so that the usual loops are compiled for themselves.
template <class Body>
void with_step(std::int64_t step, Body body) {
  if (step == 1)
    body(std::integral_constant<std::int64_t, 1>{});
  else if (step == 0)
    body(std::integral_constant<std::int64_t, 0>{});
  else
    body(step);
}

template <class To, class F, class Step0, class A>
void loop(To* out, std::int64_t n, F f, Step0 s0, const A* a) {
  for (std::int64_t i = 0; i < n; ++i) out[i] = static_cast<To>(f(a[i * s0]));
}

template <class To, class F, class Step0, class Step1, class A, class B>
void loop(To* out, std::int64_t n, F f, Step0 s0, const A* a, Step1 s1, const B* b) {
  for (std::int64_t i = 0; i < n; ++i) out[i] = static_cast<To>(f(a[i * s0], b[i * s1]));
}

}  // namespace detail

/// out is row-major with elements To, operand k has elements From_k.
template <class To, class A, class F>
void map_as(F f, Tensor& out, const Tensor& x) {
  To* to = out.mutable_data<To>().data();
  const A* a = x.strided_data<A>();
  if (x.is_contiguous()) return detail::loop(to, out.size(), f, std::integral_constant<std::int64_t, 1>{}, a);
  Nest<2>(out.shape(), {out.strides(), x.strides()}).run([&](const auto& at, std::int64_t n, const auto& step) {
    detail::with_step(step[1], [&](auto s) { detail::loop(to + at[0], n, f, s, a + at[1]); });
  });
}

template <class To, class A, class B, class F>
void map_as(F f, Tensor& out, const Tensor& x, const Tensor& y) {
  constexpr std::integral_constant<std::int64_t, 1> one;
  To* to = out.mutable_data<To>().data();
  const A* a = x.strided_data<A>();
  const B* b = y.strided_data<B>();
  if (x.is_contiguous() && y.is_contiguous() && x.shape() == y.shape())
    return detail::loop(to, out.size(), f, one, a, one, b);
  const Shape& shape = out.shape();
  Nest<3>(shape, {out.strides(), broadcast_strides(x.shape(), x.strides(), shape),
                  broadcast_strides(y.shape(), y.strides(), shape)})
      .run([&](const auto& at, std::int64_t n, const auto& step) {
        detail::with_step(step[1], [&](auto s) {
          detail::with_step(step[2], [&](auto t) { detail::loop(to + at[0], n, f, s, a + at[1], t, b + at[2]); });
        });
      });
}

template <class To, class A, class B, class C, class F>
void map_as(F f, Tensor& out, const Tensor& x, const Tensor& y, const Tensor& z) {
  To* to = out.mutable_data<To>().data();
  const A* a = x.strided_data<A>();
  const B* b = y.strided_data<B>();
  const C* c = z.strided_data<C>();
  const Shape& shape = out.shape();
  Nest<4>(shape, {out.strides(), broadcast_strides(x.shape(), x.strides(), shape),
                  broadcast_strides(y.shape(), y.strides(), shape), broadcast_strides(z.shape(), z.strides(), shape)})
      .run([&](const auto& at, std::int64_t n, const auto& step) {
        for (std::int64_t i = 0; i < n; ++i)
          to[at[0] + i] = static_cast<To>(f(a[at[1] + i * step[1]], b[at[2] + i * step[2]], c[at[3] + i * step[3]]));
      });
}

/// Operands and result share one dtype, f32 or f64.
template <class F, class... In>
void map(F f, Tensor& out, const In&... in) {
  if (out.dtype() == f32)
    map_as<float, std::conditional_t<true, float, In>...>(f, out, in...);
  else
    map_as<double, std::conditional_t<true, double, In>...>(f, out, in...);
}

/// Operands and result share one dtype, any.
template <class F, class... In>
void map_any(F f, Tensor& out, const In&... in) {
  visit(out.dtype(),
        [&]<class T>(std::type_identity<T>) { map_as<T, std::conditional_t<true, T, In>...>(f, out, in...); });
}

/// Operands of one dtype, any; the result is u8.
template <class F>
void compare(F f, Tensor& out, const Tensor& x, const Tensor& y) {
  visit(x.dtype(), [&]<class T>(std::type_identity<T>) { map_as<std::uint8_t, T, T>(f, out, x, y); });
}

}  // namespace nabla::kernels
