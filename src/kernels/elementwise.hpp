// Operations that work element by element, made from f and its partial derivatives.
//
// The loops below are all that is compiled for each operation and dtype; broadcasting, strides and allocation are
// handled once, in elementwise.cpp.
#pragma once

#include <array>
#include <cstdint>
#include <nabla/op.hpp>
#include <tuple>
#include <type_traits>
#include <utility>

namespace nabla::kernels {

/// y[i] = f(x₀[i], x₁[i], …) for n elements: y lies densely, operand k begins at in[k] and goes by step[k] elements.
using ForwardLoop = void (*)(std::int64_t n, void* y, const void* const* in, const std::int64_t* step);

/// grad[k][i] = ct[i] · ∂f/∂x_k (x₀[i], x₁[i], …, y[i]), or += where add[k]; nothing where grad[k] is null. All lies
/// densely but the operands, which go by step[k].
using ReverseLoop = void (*)(std::int64_t n, const void* ct, const void* y, const void* const* in,
                             const std::int64_t* step, void* const* grad, const bool* add);

}  // namespace nabla::kernels

namespace nabla {

/// The loops of an operation by the dtype of its last operand; null where it does not take that dtype.
struct Elementwise {
  kernels::ForwardLoop forward[4] = {};
  kernels::ReverseLoop reverse[2] = {};  // f32, f64; null where only the composed rule knows the derivative
};

}  // namespace nabla

namespace nabla::kernels {

/// The largest number of operands.
inline constexpr std::size_t most_operands = 4;

namespace detail {

/// The loops are compiled for the steps that occur: all 1; one operand repeated (step 0); any.
template <class F, class To, class... From>
void forward_loop(std::int64_t n, void* y, const void* const* in, const std::int64_t* step) {
  [&]<std::size_t... k>(std::index_sequence<k...>) {
    const F f{};
    To* const to = static_cast<To*>(y);
    const auto run = [&](auto... s) {
      for (std::int64_t i = 0; i < n; ++i) to[i] = static_cast<To>(f(static_cast<const From*>(in[k])[i * s]...));
    };
    constexpr std::integral_constant<std::int64_t, 0> zero;
    constexpr std::integral_constant<std::int64_t, 1> one;
    if (((step[k] == 1) && ...)) return run((static_cast<void>(k), one)...);
    if constexpr (sizeof...(From) == 2) {
      if (step[0] == 1 && step[1] == 0) return run(one, zero);
      if (step[0] == 0 && step[1] == 1) return run(zero, one);
    }
    run(step[k]...);
  }
  (std::index_sequence_for<From...>());
}

template <class T, class... Pulls>
void reverse_loop(std::int64_t n, const void* ct, const void* y, const void* const* in, const std::int64_t* step,
                  void* const* grad, const bool* add) {
  [&]<std::size_t... k>(std::index_sequence<k...>) {
    const T* const u = static_cast<const T*>(ct);
    const T* const result = static_cast<const T*>(y);
    const auto one_operand = [&]<class Pull>(std::size_t operand, Pull pull) {
      T* const to = static_cast<T*>(grad[operand]);
      if (!to) return;
      const auto run = [&](auto sum, auto... s) {
        for (std::int64_t i = 0; i < n; ++i) {
          const T g = static_cast<T>(pull(u[i], static_cast<const T*>(in[k])[i * s]..., result[i]));
          to[i] = sum ? to[i] + g : g;
        }
      };
      constexpr std::integral_constant<std::int64_t, 1> dense;
      if (!((step[k] == 1) && ...))
        run(add[operand], step[k]...);
      else if (add[operand])
        run(std::true_type{}, (static_cast<void>(k), dense)...);
      else
        run(std::false_type{}, (static_cast<void>(k), dense)...);
    };
    (one_operand(k, Pulls{}), ...);
  }
  (std::index_sequence_for<Pulls...>());
}

template <class T, class>
using Always = T;

}  // namespace detail

/// y = f(x₀, …) on f32 and f64. Pull k gives the cotangent u ∂f/∂x_k as a function of (u, x₀, …, y), rounded and chosen
/// as the rule in operations does it. All are captureless.
template <class F, class... Pulls>
constexpr Elementwise floating(F, Pulls...) {
  using namespace detail;
  return {
      .forward = {forward_loop<F, float, Always<float, Pulls>...>, forward_loop<F, double, Always<double, Pulls>...>},
      .reverse = {reverse_loop<float, Pulls...>, reverse_loop<double, Pulls...>}};
}

/// The same, and on integers too.
template <class F, class... Pulls>
constexpr Elementwise any(F f, Pulls... pulls) {
  using namespace detail;
  Elementwise e = floating(f, pulls...);
  e.forward[2] = forward_loop<F, std::int64_t, Always<std::int64_t, Pulls>...>;
  e.forward[3] = forward_loop<F, std::uint8_t, Always<std::uint8_t, Pulls>...>;
  return e;
}

/// On operands of types From<T> …, for every dtype T, with a result of type To<T>; without a derivative.
template <template <class> class To, template <class> class... From, class F>
constexpr Elementwise without_derivative(F) {
  using detail::forward_loop;
  return {.forward = {forward_loop<F, To<float>, From<float>...>, forward_loop<F, To<double>, From<double>...>,
                      forward_loop<F, To<std::int64_t>, From<std::int64_t>...>,
                      forward_loop<F, To<std::uint8_t>, From<std::uint8_t>...>}};
}
template <class T>
using Same = T;
template <class>
using Byte = std::uint8_t;

/// Whether all are row-major, of this shape: one loop then does for all.
inline bool all_dense(Tensors in, const Shape& shape) {
  for (std::size_t k = 0; k < in.size(); ++k)
    if (!in[k].is_contiguous() || in[k].shape() != shape) return false;
  return true;
}
inline constexpr std::int64_t dense_steps[most_operands] = {1, 1, 1, 1};

}  // namespace nabla::kernels
