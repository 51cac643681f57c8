// Operations that work element by element, made from f and its partial derivatives.
//
// The loops are all that is compiled for each operation, level and dtype; broadcasting, strides and allocation are
// handled once, in elementwise.cpp. An element's result is the same wherever it lies in a tensor.
#pragma once

#include <cstdint>
#include <nabla/loops.hpp>
#include <nabla/op.hpp>
#include <nabla/simd/math.hpp>
#include <tuple>
#include <type_traits>
#include <utility>

namespace nabla::ops {

using simd::select;  // on numbers; on packs it is found anyway

}  // namespace nabla::ops

namespace nabla::kernels {

namespace detail {

using simd::Level;

/// On numbers: for integers, and between dtypes.
template <class F, class To, class... From>
void scalar_loop(const void* op, std::int64_t n, void* y, const void* const* in) {
  [&]<std::size_t... k>(std::index_sequence<k...>) {
    const auto f = simd::function_of<F>(op);
    To* const to = static_cast<To*>(y);
    for (std::int64_t i = 0; i < n; ++i) to[i] = static_cast<To>(f(static_cast<const From*>(in[k])[i]...));
  }
  (std::index_sequence_for<From...>());
}

template <Level L, class F, class... Pulls>
constexpr void fill_level(Elementwise& e) {
  constexpr auto l = static_cast<std::size_t>(L);
  constexpr std::index_sequence_for<Pulls...> operands;
  e.forward[l][0] = forward_loop<L, F, float>(operands);
  e.forward[l][1] = forward_loop<L, F, double>(operands);
  e.reverse[l][0] = reverse_loop<L, std::tuple<Pulls...>, float>(operands);
  e.reverse[l][1] = reverse_loop<L, std::tuple<Pulls...>, double>(operands);
}

template <class T, class>
using Always = T;

template <class F, class... Pulls>
constexpr Elementwise on_floating() {
  Elementwise e;
  fill_level<Level::plain, F, Pulls...>(e);
  fill_level<Level::avx2, F, Pulls...>(e);
  fill_level<Level::avx512, F, Pulls...>(e);
  return e;
}

template <class F, class... Pulls>
constexpr Elementwise on_any() {
  Elementwise e = on_floating<F, Pulls...>();
  for (auto& loops : e.forward) {
    loops[2] = scalar_loop<F, std::int64_t, Always<std::int64_t, Pulls>...>;
    loops[3] = scalar_loop<F, std::uint8_t, Always<std::uint8_t, Pulls>...>;
  }
  return e;
}

}  // namespace detail

/// y = f(x₀, …) on f32 and f64. Pull k gives the cotangent u ∂f/∂x_k as a function of (u, x₀, …, y), rounded and chosen
/// as the rule in operations does it. All are captureless, and take packs.
template <class F, class... Pulls>
constexpr Elementwise floating(F, Pulls...) {
  return detail::on_floating<F, Pulls...>();
}
/// For an operation with attributes: floating<Op>(f, pulls…) with f(op, x₀, …) and pulls of (op, u, x₀, …, y).
template <class Op, class F, class... Pulls>
constexpr Elementwise floating(F, Pulls...) {
  return detail::on_floating<simd::Bound<Op, F>, simd::Bound<Op, Pulls>...>();
}

/// The same, and on integers too.
template <class F, class... Pulls>
constexpr Elementwise any(F, Pulls...) {
  return detail::on_any<F, Pulls...>();
}
template <class Op, class F, class... Pulls>
constexpr Elementwise any(F, Pulls...) {
  return detail::on_any<simd::Bound<Op, F>, simd::Bound<Op, Pulls>...>();
}

/// On operands of types From<T> …, for every dtype T, with a result of type To<T>; without a derivative.
template <template <class> class To, template <class> class... From, class F>
constexpr Elementwise without_derivative(F) {
  using detail::scalar_loop;
  Elementwise e;
  for (auto& loops : e.forward) {
    loops[0] = scalar_loop<F, To<float>, From<float>...>;
    loops[1] = scalar_loop<F, To<double>, From<double>...>;
    loops[2] = scalar_loop<F, To<std::int64_t>, From<std::int64_t>...>;
    loops[3] = scalar_loop<F, To<std::uint8_t>, From<std::uint8_t>...>;
  }
  return e;
}
template <class T>
using Same = T;
template <class>
using Byte = std::uint8_t;

}  // namespace nabla::kernels
