// Packs: as many floats or doubles as one register holds, worked on together.
//
// They are compiler vectors, and every function on them is inlined, so that a function template compiled for an
// instruction set (level.hpp) makes that machine's instructions out of them, in whichever file it stands.
#pragma once

#include <concepts>
#include <cstdint>
#include <nabla/simd/level.hpp>
#include <type_traits>

namespace nabla::simd {

template <class T>
concept Real = std::same_as<T, float> || std::same_as<T, double>;

template <Real T>
using IntegerOf = std::conditional_t<std::same_as<T, float>, std::int32_t, std::int64_t>;

namespace detail {

template <class>
inline constexpr bool never = false;

// What a lambda of elementwise() may do with a number, but not with a pack of them, is refused in words.
template <class T>
double refuse_number() {
  static_assert(
      never<T>,
      "[elementwise] Here the function needs a plain number, but it is evaluated on packs of numbers: let its "
      "parameters be auto, and call functions without std::, as in exp(x), so that those for packs are found; if it "
      "does so, there is none of that name for packs (README.md lists those that there are)");
  return 0;
}
template <class T>
bool refuse_condition() {
  static_assert(never<T>,
                "[elementwise] A comparison holds for some elements of a pack and not for others: write "
                "select(condition, a, b) in place of if and ?:");
  return false;
}

}  // namespace detail

template <Real T, Level L>
struct Pack {
  using Number = T;
  static constexpr Level level = L;
  static constexpr int size = static_cast<int>(width(L) / sizeof(T));
  // Aligned to 16 bytes alone, or g++ tells every file that wider parameters are passed in a new way.
  typedef T Vector __attribute__((vector_size(width(L)), aligned(16)));
  typedef IntegerOf<T> Bits __attribute__((vector_size(width(L)), aligned(16)));
  typedef std::make_unsigned_t<IntegerOf<T>> UnsignedBits __attribute__((vector_size(width(L)), aligned(16)));

  Vector v;

  // Copied as a vector, which stays in a register where a struct may not; and passed by reference where a function is
  // not inlined, so that callers of every instruction set agree.
  Pack() = default;
  NABLA_SIMD_INLINE Pack(const Pack& other) : v(other.v) {}
  NABLA_SIMD_INLINE Pack& operator=(const Pack& other) {
    v = other.v;
    return *this;
  }
  NABLA_SIMD_INLINE Pack(const Vector& vector) : v(vector) {}
  /// All lanes hold x.
  template <class X>
  requires std::is_arithmetic_v<X> NABLA_SIMD_INLINE Pack(X x) {
    const T number = static_cast<T>(x);
#if NABLA_SIMD_ASM
    if constexpr (L != Level::plain) {
      if (!__builtin_constant_p(number)) {  // g++ would set lane by lane
        if constexpr (std::same_as<T, float>)
          asm("vbroadcastss %1, %0" : "=v"(v) : "xm"(number));
        else
          asm("vbroadcastsd %1, %0" : "=v"(v) : "xm"(number));
        return;
      }
    }
#endif
    v = number - Vector{};  // -0 stays -0
  }
  operator double() const { return detail::refuse_number<T>(); }
};

/// One truth value a lane.
template <Real T, Level L>
struct Mask {
  static constexpr bool in_register = false;
  typename Pack<T, L>::Bits v;  // 0 or −1
  explicit operator bool() const { return detail::refuse_condition<T>(); }
};
#if NABLA_SIMD_ASM
template <Real T>
struct Mask<T, Level::avx512> {
  static constexpr bool in_register = true;
  std::conditional_t<std::same_as<T, float>, std::uint16_t, std::uint8_t> v;
  explicit operator bool() const { return detail::refuse_condition<T>(); }
};
#endif

template <class>
inline constexpr bool is_pack = false;
template <Real T, Level L>
inline constexpr bool is_pack<Pack<T, L>> = true;
template <class P>
concept AnyPack = is_pack<P>;
template <class X>
concept Number = std::is_arithmetic_v<X>;

#define NABLA_SIMD_ARITHMETIC(op)                                        \
  template <Real T, Level L>                                             \
  NABLA_SIMD_INLINE Pack<T, L> operator op(Pack<T, L> a, Pack<T, L> b) { \
    return a.v op b.v;                                                   \
  }                                                                      \
  template <Real T, Level L, Number X>                                   \
  NABLA_SIMD_INLINE Pack<T, L> operator op(Pack<T, L> a, X b) {          \
    return a op Pack<T, L>(b);                                           \
  }                                                                      \
  template <Real T, Level L, Number X>                                   \
  NABLA_SIMD_INLINE Pack<T, L> operator op(X a, Pack<T, L> b) {          \
    return Pack<T, L>(a) op b;                                           \
  }                                                                      \
  template <Real T, Level L, class X>                                    \
  NABLA_SIMD_INLINE Pack<T, L>& operator op##=(Pack<T, L>& a, X b) {     \
    return a = a op b;                                                   \
  }

NABLA_SIMD_ARITHMETIC(+)
NABLA_SIMD_ARITHMETIC(-)
NABLA_SIMD_ARITHMETIC(*)
NABLA_SIMD_ARITHMETIC(/)
#undef NABLA_SIMD_ARITHMETIC

template <Real T, Level L>
NABLA_SIMD_INLINE Pack<T, L> operator-(Pack<T, L> a) {
  return -a.v;
}
template <Real T, Level L>
NABLA_SIMD_INLINE Pack<T, L> operator+(Pack<T, L> a) {
  return a;
}

#if NABLA_SIMD_ASM
namespace detail {

/// The bits of a mask register from a comparison (predicate as in VCMPPS).
template <int predicate, Real T>
NABLA_SIMD_INLINE Mask<T, Level::avx512> compare_in_register(Pack<T, Level::avx512> a, Pack<T, Level::avx512> b) {
  Mask<T, Level::avx512> m;
  if constexpr (std::same_as<T, float>)
    asm("vcmpps %3, %2, %1, %0" : "=Yk"(m.v) : "v"(a.v), "v"(b.v), "i"(predicate));
  else
    asm("vcmppd %3, %2, %1, %0" : "=Yk"(m.v) : "v"(a.v), "v"(b.v), "i"(predicate));
  return m;
}

}  // namespace detail
#define NABLA_SIMD_COMPARE(predicate) return detail::compare_in_register<predicate, T>(a, b)
#else
#define NABLA_SIMD_COMPARE(predicate) \
  return Mask<T, L> {}
#endif

#define NABLA_SIMD_COMPARISON(op, predicate)                             \
  template <Real T, Level L>                                             \
  NABLA_SIMD_INLINE Mask<T, L> operator op(Pack<T, L> a, Pack<T, L> b) { \
    if constexpr (Mask<T, L>::in_register)                               \
      NABLA_SIMD_COMPARE(predicate);                                     \
    else                                                                 \
      return {a.v op b.v};                                               \
  }                                                                      \
  template <Real T, Level L, Number X>                                   \
  NABLA_SIMD_INLINE Mask<T, L> operator op(Pack<T, L> a, X b) {          \
    return a op Pack<T, L>(b);                                           \
  }                                                                      \
  template <Real T, Level L, Number X>                                   \
  NABLA_SIMD_INLINE Mask<T, L> operator op(X a, Pack<T, L> b) {          \
    return Pack<T, L>(a) op b;                                           \
  }

NABLA_SIMD_COMPARISON(<, 0x11)
NABLA_SIMD_COMPARISON(<=, 0x12)
NABLA_SIMD_COMPARISON(>, 0x1e)
NABLA_SIMD_COMPARISON(>=, 0x1d)
NABLA_SIMD_COMPARISON(==, 0x00)
NABLA_SIMD_COMPARISON(!=, 0x04)
#undef NABLA_SIMD_COMPARISON
#undef NABLA_SIMD_COMPARE

#define NABLA_SIMD_LOGIC(op, symbol)                                         \
  template <Real T, Level L>                                                 \
  NABLA_SIMD_INLINE Mask<T, L> operator symbol(Mask<T, L> a, Mask<T, L> b) { \
    return {static_cast<decltype(a.v)>(a.v op b.v)};                         \
  }
NABLA_SIMD_LOGIC(&, &)
NABLA_SIMD_LOGIC(|, |)
NABLA_SIMD_LOGIC(^, ^)
NABLA_SIMD_LOGIC(&, &&)  // both sides are worked out
NABLA_SIMD_LOGIC(|, ||)
#undef NABLA_SIMD_LOGIC
template <Real T, Level L>
NABLA_SIMD_INLINE Mask<T, L> operator!(Mask<T, L> a) {
  return {static_cast<decltype(a.v)>(~a.v)};
}

/// a where m holds, b elsewhere.
template <Real T, Level L>
NABLA_SIMD_INLINE Pack<T, L> select(Mask<T, L> m, Pack<T, L> a, Pack<T, L> b) {
#if NABLA_SIMD_ASM
  if constexpr (Mask<T, L>::in_register) {
    if constexpr (std::same_as<T, float>)
      asm("vmovaps %1, %0%{%2%}" : "+v"(b.v) : "v"(a.v), "Yk"(m.v));
    else
      asm("vmovapd %1, %0%{%2%}" : "+v"(b.v) : "v"(a.v), "Yk"(m.v));
    return b;
  } else
#endif
    return m.v ? a.v : b.v;
}
template <Real T, Level L, Number X>
NABLA_SIMD_INLINE Pack<T, L> select(Mask<T, L> m, X a, Pack<T, L> b) {
  return select(m, Pack<T, L>(a), b);
}
template <Real T, Level L, Number X>
NABLA_SIMD_INLINE Pack<T, L> select(Mask<T, L> m, Pack<T, L> a, X b) {
  return select(m, a, Pack<T, L>(b));
}
template <Real T, Level L, Number X, Number Y>
NABLA_SIMD_INLINE Pack<T, L> select(Mask<T, L> m, X a, Y b) {
  return select(m, Pack<T, L>(a), Pack<T, L>(b));
}
template <Number X, Number Y>
constexpr std::common_type_t<X, Y> select(bool m, X a, Y b) {
  return m ? static_cast<std::common_type_t<X, Y>>(a) : static_cast<std::common_type_t<X, Y>>(b);
}

/// Whether m holds in any lane.
template <Real T, Level L>
NABLA_SIMD_INLINE bool any(Mask<T, L> m) {
  if constexpr (Mask<T, L>::in_register) {
    return m.v != 0;
  } else {
#if NABLA_SIMD_ASM
    int signs;
    if constexpr (L == Level::plain)
      asm("movmskps %1, %0" : "=r"(signs) : "x"(m.v));
    else
      asm("vmovmskps %1, %0" : "=r"(signs) : "x"(m.v));
    return signs != 0;
#else
    IntegerOf<T> some = 0;
    for (int i = 0; i < Pack<T, L>::size; ++i) some |= m.v[i];
    return some != 0;
#endif
  }
}

}  // namespace nabla::simd
