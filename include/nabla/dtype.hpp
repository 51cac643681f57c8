// Element types, known at run time; visit() turns one into a type again.
#pragma once

#include <cstddef>
#include <cstdint>
#include <limits>
#include <string_view>
#include <type_traits>

namespace nabla {

enum class DType : std::uint8_t { f32, f64, i64, u8 };

inline constexpr DType f32 = DType::f32;  ///< IEEE binary32
inline constexpr DType f64 = DType::f64;  ///< IEEE binary64
inline constexpr DType i64 = DType::i64;  ///< indices
inline constexpr DType u8 = DType::u8;    ///< masks and comparisons: 0 or 1

constexpr std::string_view name(DType dtype) {
  constexpr std::string_view names[] = {"f32", "f64", "i64", "u8"};
  return names[static_cast<std::size_t>(dtype)];
}

/// Bytes of one element.
constexpr std::size_t size_of(DType dtype) {
  constexpr std::size_t sizes[] = {4, 8, 8, 1};
  return sizes[static_cast<std::size_t>(dtype)];
}

constexpr bool is_floating(DType dtype) { return dtype == f32 || dtype == f64; }

/// Types a Tensor can hold.
template <class T>
concept Element = std::is_same_v<T, float> || std::is_same_v<T, double> || std::is_same_v<T, std::int64_t> ||
    std::is_same_v<T, std::uint8_t>;

template <Element T>
inline constexpr DType dtype_of = std::is_same_v<T, float>          ? f32
                                  : std::is_same_v<T, double>       ? f64
                                  : std::is_same_v<T, std::int64_t> ? i64
                                                                    : u8;

/// x as an element of another type. A floating value is truncated toward zero on its way to an integer; one that the
/// type cannot hold becomes its nearest bound, and NaN becomes 0.
template <Element To, class From>
constexpr To convert(From x) {
  if constexpr (std::is_floating_point_v<From> && !std::is_floating_point_v<To>) {
    using Limits = std::numeric_limits<To>;
    if (x != x) return 0;
    if (x <= static_cast<From>(Limits::min())) return Limits::min();
    if (x >= static_cast<From>(Limits::max())) return Limits::max();
  }
  return static_cast<To>(x);
}

/// Calls f(std::type_identity<T>{}) with the C++ type of `dtype`.
template <class F>
decltype(auto) visit(DType dtype, F&& f) {
  switch (dtype) {
    case f32:
      return f(std::type_identity<float>{});
    case f64:
      return f(std::type_identity<double>{});
    case i64:
      return f(std::type_identity<std::int64_t>{});
    case u8:
      break;
  }
  return f(std::type_identity<std::uint8_t>{});
}

/// The same for dtypes known to be f32 or f64.
template <class F>
decltype(auto) visit_floating(DType dtype, F&& f) {
  if (dtype == f32) return f(std::type_identity<float>{});
  return f(std::type_identity<double>{});
}

}  // namespace nabla
