// Dual numbers over packs: exact derivatives of a function by evaluating it once.
//
// v + dε with ε² = 0 stands for a value and its derivative, and f(v + dε) = f(v) + f'(v) d ε is the chain rule. With
// several ε the derivatives along several directions come out together; and since v and d may be duals themselves,
// nesting gives derivatives of higher order.
#pragma once

#include <nabla/simd/exact.hpp>

namespace nabla::simd {

/// Derivatives along n > 1 directions: n Ts that are added and scaled together. Not an array, so that each of them is
/// in a register.
template <class T, int n>
struct Tangents;

/// v + Σ dᵢ εᵢ, with εᵢ εⱼ = 0. T is a pack or a dual; with n = 1, so is d.
template <class T, int n>
struct Dual;

template <class>
inline constexpr bool is_dual = false;
template <class T, int n>
inline constexpr bool is_dual<Dual<T, n>> = true;
/// What the functions of math.hpp take.
template <class X>
concept Numeric = is_pack<X> || is_dual<X>;

namespace detail {

template <class X, class T>
inline constexpr bool is_constant_beside = Number<X> || std::same_as<X, T>;
template <class X, class T, int n>
inline constexpr bool is_constant_beside<X, Dual<T, n>> =
    Number<X> || std::same_as<X, Dual<T, n>> || is_constant_beside<X, T>;

/// The type of d in a Dual<T, n>.
template <class T, int n>
struct TangentOf {
  using type = Tangents<T, n>;
};
template <class T>
struct TangentOf<T, 1> {
  using type = T;
};

}  // namespace detail

/// What stands beside a Dual<T, n> as a constant: a number, a T, a constant beside T.
template <class X, class T>
concept ConstantBeside = detail::is_constant_beside<X, T>;

template <class T, int n>
struct Tangents {
  using Rest = typename detail::TangentOf<T, n - 1>::type;
  T first;
  Rest rest;

  NABLA_SIMD_INLINE Tangents(const T& f, const Rest& r) : first(f), rest(r) {}
  NABLA_SIMD_INLINE Tangents(const Tangents& other) : first(other.first), rest(other.rest) {}
  NABLA_SIMD_INLINE Tangents& operator=(const Tangents& other) {
    first = other.first;
    rest = other.rest;
    return *this;
  }
  /// The same in all directions.
  NABLA_SIMD_INLINE explicit Tangents(int x) : first(x), rest(x) {}
};

/// That along direction k.
template <std::size_t k, AnyPack P>
NABLA_SIMD_INLINE P tangent(const P& d) {
  static_assert(k == 0);
  return d;
}
template <std::size_t k, class T, int n>
NABLA_SIMD_INLINE T tangent(const Tangents<T, n>& d) {
  if constexpr (k == 0)
    return d.first;
  else
    return tangent<k - 1>(d.rest);
}

/// 1 along direction k, 0 along the others.
template <class D, std::size_t k>
NABLA_SIMD_INLINE D unit() {
  if constexpr (is_pack<D>)
    return D(k == 0 ? 1 : 0);
  else
    return D(decltype(D::first)(k == 0 ? 1 : 0), unit<decltype(D::rest), k - 1>());
}

template <class T, int n>
NABLA_SIMD_INLINE Tangents<T, n> operator+(const Tangents<T, n>& a, const Tangents<T, n>& b) {
  return {a.first + b.first, a.rest + b.rest};
}
template <class T, int n>
NABLA_SIMD_INLINE Tangents<T, n> operator-(const Tangents<T, n>& a, const Tangents<T, n>& b) {
  return {a.first - b.first, a.rest - b.rest};
}
template <class T, int n>
NABLA_SIMD_INLINE Tangents<T, n> operator-(const Tangents<T, n>& a) {
  return {-a.first, -a.rest};
}
template <class T, int n, ConstantBeside<T> X>
NABLA_SIMD_INLINE Tangents<T, n> operator*(const X& x, const Tangents<T, n>& a) {
  return {x * a.first, x * a.rest};
}
template <class T, int n, ConstantBeside<T> X>
NABLA_SIMD_INLINE Tangents<T, n> operator/(const Tangents<T, n>& a, const X& x) {
  return {a.first / x, a.rest / x};
}
template <Real R, Level L, class T, int n>
NABLA_SIMD_INLINE Tangents<T, n> select(Mask<R, L> m, const Tangents<T, n>& a, const Tangents<T, n>& b) {
  return {select(m, a.first, b.first), select(m, a.rest, b.rest)};
}

template <class T, int n>
struct Dual {
  using D = typename detail::TangentOf<T, n>::type;
  T v;
  D d;

  Dual() = default;
  NABLA_SIMD_INLINE Dual(const T& value, const D& tangents) : v(value), d(tangents) {}
  template <ConstantBeside<T> X>
  NABLA_SIMD_INLINE Dual(const X& constant) : v(constant), d(0) {}
  NABLA_SIMD_INLINE Dual(const Dual& other) : v(other.v), d(other.d) {}
  NABLA_SIMD_INLINE Dual& operator=(const Dual& other) {
    v = other.v;
    d = other.d;
    return *this;
  }
  operator double() const { return detail::refuse_number<T>(); }
};

namespace detail {

/// The pack, or the number, without derivatives.
template <class X>
NABLA_SIMD_INLINE X value_of(const X& x) {
  return x;
}
template <class T, int n>
NABLA_SIMD_INLINE auto value_of(const Dual<T, n>& x) {
  return value_of(x.v);
}

/// slope · d, and 0 where d is, for a slope that may be infinite: what x does not depend on has the derivative 0 of x,
/// not ∞ · 0.
template <Real T, Level L>
NABLA_SIMD_INLINE Pack<T, L> along(Pack<T, L> slope, Pack<T, L> d) {
  return select(d == 0, d, slope * d);
}
template <Real T, Level L>
NABLA_SIMD_INLINE Mask<T, L> is_zero(Pack<T, L> x) {
  return x == 0;
}
template <class T, int n>
NABLA_SIMD_INLINE auto is_zero(const Dual<T, n>& x) {
  return is_zero(x.v) & is_zero(x.d);
}
template <class T, int n>
NABLA_SIMD_INLINE Dual<T, n> along(const Dual<T, n>& slope, const Dual<T, n>& d) {
  return select(is_zero(d), d, slope * d);
}
template <class T, int n>
NABLA_SIMD_INLINE Tangents<T, n> along(const T& slope, const Tangents<T, n>& d) {
  return {along(slope, d.first), along(slope, d.rest)};
}

}  // namespace detail

// Sums and products.

template <class T, int n>
NABLA_SIMD_INLINE Dual<T, n> operator+(const Dual<T, n>& a, const Dual<T, n>& b) {
  return {a.v + b.v, a.d + b.d};
}
template <class T, int n, ConstantBeside<T> X>
NABLA_SIMD_INLINE Dual<T, n> operator+(const Dual<T, n>& a, const X& b) {
  return {a.v + b, a.d};
}
template <class T, int n, ConstantBeside<T> X>
NABLA_SIMD_INLINE Dual<T, n> operator+(const X& a, const Dual<T, n>& b) {
  return {a + b.v, b.d};
}
template <class T, int n>
NABLA_SIMD_INLINE Dual<T, n> operator+(const Dual<T, n>& a) {
  return a;
}

template <class T, int n>
NABLA_SIMD_INLINE Dual<T, n> operator-(const Dual<T, n>& a, const Dual<T, n>& b) {
  return {a.v - b.v, a.d - b.d};
}
template <class T, int n, ConstantBeside<T> X>
NABLA_SIMD_INLINE Dual<T, n> operator-(const Dual<T, n>& a, const X& b) {
  return {a.v - b, a.d};
}
template <class T, int n, ConstantBeside<T> X>
NABLA_SIMD_INLINE Dual<T, n> operator-(const X& a, const Dual<T, n>& b) {
  return {a - b.v, -b.d};
}
template <class T, int n>
NABLA_SIMD_INLINE Dual<T, n> operator-(const Dual<T, n>& a) {
  return {-a.v, -a.d};
}

template <class T, int n>
NABLA_SIMD_INLINE Dual<T, n> operator*(const Dual<T, n>& a, const Dual<T, n>& b) {
  return {a.v * b.v, b.v * a.d + a.v * b.d};
}
template <class T, int n, ConstantBeside<T> X>
NABLA_SIMD_INLINE Dual<T, n> operator*(const Dual<T, n>& a, const X& b) {
  return {a.v * b, b * a.d};
}
template <class T, int n, ConstantBeside<T> X>
NABLA_SIMD_INLINE Dual<T, n> operator*(const X& a, const Dual<T, n>& b) {
  return {a * b.v, a * b.d};
}

// Quotients: q = a/b and dq = (da − q db)/b, with one division. Where 1/b is 0, b is too large for a number, as it may
// come up in 1/(1 + exp(−x)), and so is its derivative: dq is 0 there, and not 0 · ∞.

template <class T, int n>
NABLA_SIMD_INLINE Dual<T, n> operator/(const Dual<T, n>& a, const Dual<T, n>& b) {
  using D = typename Dual<T, n>::D;
  const T r = 1 / b.v, q = a.v * r;
  return {q, select(detail::value_of(r) == 0, D(0), r * (a.d - q * b.d))};
}
template <class T, int n, ConstantBeside<T> X>
NABLA_SIMD_INLINE Dual<T, n> operator/(const X& a, const Dual<T, n>& b) {
  using D = typename Dual<T, n>::D;
  const T r = 1 / b.v, q = a * r;
  return {q, select(detail::value_of(r) == 0, D(0), -(q * r) * b.d)};
}
template <class T, int n, ConstantBeside<T> X>
NABLA_SIMD_INLINE Dual<T, n> operator/(const Dual<T, n>& a, const X& b) {
  return {a.v / b, a.d / b};
}

#define NABLA_SIMD_ASSIGNMENT(op)                                           \
  template <class T, int n, class X>                                        \
  NABLA_SIMD_INLINE Dual<T, n>& operator op##=(Dual<T, n>& a, const X& b) { \
    return a = a op b;                                                      \
  }
NABLA_SIMD_ASSIGNMENT(+)
NABLA_SIMD_ASSIGNMENT(-)
NABLA_SIMD_ASSIGNMENT(*)
NABLA_SIMD_ASSIGNMENT(/)
#undef NABLA_SIMD_ASSIGNMENT

// Comparisons look at the values.

#define NABLA_SIMD_COMPARISON(op)                                                \
  template <class T, int n>                                                      \
  NABLA_SIMD_INLINE auto operator op(const Dual<T, n>& a, const Dual<T, n>& b) { \
    return detail::value_of(a) op detail::value_of(b);                           \
  }                                                                              \
  template <class T, int n, ConstantBeside<T> X>                                 \
  NABLA_SIMD_INLINE auto operator op(const Dual<T, n>& a, const X& b) {          \
    return detail::value_of(a) op detail::value_of(b);                           \
  }                                                                              \
  template <class T, int n, ConstantBeside<T> X>                                 \
  NABLA_SIMD_INLINE auto operator op(const X& a, const Dual<T, n>& b) {          \
    return detail::value_of(a) op detail::value_of(b);                           \
  }
NABLA_SIMD_COMPARISON(<)
NABLA_SIMD_COMPARISON(<=)
NABLA_SIMD_COMPARISON(>)
NABLA_SIMD_COMPARISON(>=)
NABLA_SIMD_COMPARISON(==)
NABLA_SIMD_COMPARISON(!=)
#undef NABLA_SIMD_COMPARISON

template <Real R, Level L, class T, int n>
NABLA_SIMD_INLINE Dual<T, n> select(Mask<R, L> m, const Dual<T, n>& a, const Dual<T, n>& b) {
  return {select(m, a.v, b.v), select(m, a.d, b.d)};
}
template <Real R, Level L, class T, int n, ConstantBeside<T> X>
NABLA_SIMD_INLINE Dual<T, n> select(Mask<R, L> m, const X& a, const Dual<T, n>& b) {
  return select(m, Dual<T, n>(a), b);
}
template <Real R, Level L, class T, int n, ConstantBeside<T> X>
NABLA_SIMD_INLINE Dual<T, n> select(Mask<R, L> m, const Dual<T, n>& a, const X& b) {
  return select(m, a, Dual<T, n>(b));
}

// Nesting: derivatives of order n.

namespace detail {
template <class P, int n>
struct NestedDual {
  using type = Dual<typename NestedDual<P, n - 1>::type, 1>;
};
template <class P>
struct NestedDual<P, 0> {
  using type = P;
};
}  // namespace detail

template <class P, int n>
using Nested = typename detail::NestedDual<P, n>::type;

/// Operand k with the value x, to be derived n times, the i-th time by the operand k for which is_by(i, k) holds.
template <int n, class P, class Op>
NABLA_SIMD_INLINE Nested<P, n> nest(const P& x, const Op& op, std::size_t k) {
  if constexpr (n == 0)
    return x;
  else
    return {nest<n - 1>(x, op, k), Nested<P, n - 1>(op.is_by(n - 1, k) ? 1 : 0)};
}

/// The derivative of order n.
template <AnyPack P>
NABLA_SIMD_INLINE P innermost_tangent(const P& x) {
  return x;
}
template <class T>
NABLA_SIMD_INLINE auto innermost_tangent(const Dual<T, 1>& x) {
  return innermost_tangent(x.d);
}

}  // namespace nabla::simd
