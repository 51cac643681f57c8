// Operations that work element by element, made from f and its partial derivatives.
//
// The loops are all that is compiled for each operation, level and dtype; broadcasting, strides and allocation are
// handled once, in elementwise.cpp. An element's result is the same wherever it lies in a tensor.
#pragma once

#include <array>
#include <cstdint>
#include <nabla/op.hpp>
#include <nabla/simd/loops.hpp>
#include <nabla/simd/math.hpp>
#include <tuple>
#include <type_traits>
#include <utility>

namespace nabla::kernels {

/// y[i] = f(x₀[i], x₁[i], …) for n elements that lie densely. `op` is the operation, with its attributes.
using ForwardLoop = void (*)(const void* op, std::int64_t n, void* y, const void* const* in);

/// grad[k][i] = ct[i] · ∂f/∂x_k (x₀[i], x₁[i], …, y[i]), or += where add[k]; nothing where grad[k] is null. `in` holds
/// the operands and then y. One grad[k] may be ct itself.
using ReverseLoop = void (*)(const void* op, std::int64_t n, const void* ct, const void* const* in, void* const* grad,
                             const bool* add);

}  // namespace nabla::kernels

namespace nabla {

/// The loops of an operation, by level and by the dtype of its last operand.
struct Elementwise {
  kernels::ForwardLoop forward[simd::level_count][4] = {};
  kernels::ReverseLoop reverse[simd::level_count][4] = {};

  /// For the level of this machine; null where the operation does not take the dtype.
  kernels::ForwardLoop forward_loop(DType dtype) const {
    return forward[static_cast<std::size_t>(simd::level())][static_cast<std::size_t>(dtype)];
  }
  /// The same; null, too, where only the composed rule knows the derivative.
  kernels::ReverseLoop reverse_loop(DType dtype) const {
    return reverse[static_cast<std::size_t>(simd::level())][static_cast<std::size_t>(dtype)];
  }
};

}  // namespace nabla

namespace nabla::ops {

using simd::select;  // on numbers; on packs it is found anyway

}  // namespace nabla::ops

namespace nabla::kernels {

/// The largest number of operands.
inline constexpr std::size_t most_operands = 4;

namespace detail {

using simd::Level;

/// On numbers: for integers, and between dtypes.
template <class F, class To, class... From>
void scalar_loop(const void* op, std::int64_t n, void* y, const void* const* in) {
  [&]<std::size_t... k>(std::index_sequence<k...>) {
    const F f = simd::function_of<F>(op);
    To* const to = static_cast<To*>(y);
    for (std::int64_t i = 0; i < n; ++i) to[i] = static_cast<To>(f(static_cast<const From*>(in[k])[i]...));
  }
  (std::index_sequence_for<From...>());
}

/// On packs.
template <Level L, class F, class T, std::size_t... k>
constexpr ForwardLoop forward_loop(std::index_sequence<k...>) {
  if constexpr (L == Level::avx512) return simd::avx512::map<F, T, k...>;
  if constexpr (L == Level::avx2) return simd::avx2::map<F, T, k...>;
  return simd::plain::map<F, T, k...>;
}
template <Level L, class Rules, class T, std::size_t... k>
constexpr ReverseLoop reverse_loop(std::index_sequence<k...>) {
  if constexpr (L == Level::avx512) return simd::avx512::pull<Rules, T, k...>;
  if constexpr (L == Level::avx2) return simd::avx2::pull<Rules, T, k...>;
  return simd::plain::pull<Rules, T, k...>;
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
