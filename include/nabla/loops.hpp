// The loops of an operation that works element by element: all that is compiled for each operation, level and dtype.
#pragma once

#include <array>
#include <cstdint>
#include <nabla/dtype.hpp>
#include <nabla/simd/level.hpp>
#include <nabla/simd/loops.hpp>
#include <utility>

namespace nabla::kernels {

/// The largest number of operands.
inline constexpr std::size_t most_operands = 4;

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

namespace nabla::kernels::detail {

using simd::Level;

template <Level L, class F, class T, std::size_t... k>
constexpr ForwardLoop forward_loop(std::index_sequence<k...>) {
  if constexpr (L == Level::avx512) return simd::avx512::map<F, T, k...>;
  if constexpr (L == Level::avx2) return simd::avx2::map<F, T, k...>;
  return simd::plain::map<F, T, k...>;
}
/// By one rule for each operand.
template <Level L, class Rules, class T, std::size_t... k>
constexpr ReverseLoop reverse_loop(std::index_sequence<k...>) {
  if constexpr (L == Level::avx512) return simd::avx512::pull<Rules, T, k...>;
  if constexpr (L == Level::avx2) return simd::avx2::pull<Rules, T, k...>;
  return simd::plain::pull<Rules, T, k...>;
}
/// By dual numbers.
template <Level L, class Op, class T, std::size_t... k>
constexpr ForwardLoop derivative_loop(std::index_sequence<k...>) {
  if constexpr (L == Level::avx512) return simd::avx512::derive<Op, T, k...>;
  if constexpr (L == Level::avx2) return simd::avx2::derive<Op, T, k...>;
  return simd::plain::derive<Op, T, k...>;
}
template <Level L, class F, class T, std::size_t... k>
constexpr ReverseLoop dual_loop(std::index_sequence<k...>) {
  if constexpr (L == Level::avx512) return simd::avx512::pull_dual<F, T, k...>;
  if constexpr (L == Level::avx2) return simd::avx2::pull_dual<F, T, k...>;
  return simd::plain::pull_dual<F, T, k...>;
}

}  // namespace nabla::kernels::detail
