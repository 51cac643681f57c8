// Loops over elements on packs, compiled for every level: simd::plain::map, simd::avx2::map, simd::avx512::map, …
#pragma once

#include <nabla/simd/dual.hpp>
#include <nabla/simd/memory.hpp>
#include <tuple>
#include <type_traits>

namespace nabla::simd {

/// A captureless f(op, x₀, …) with its op, which a loop copies once: what is written cannot change a copy, so its
/// members stay in registers.
template <class Op, class F>
struct Bound {
  static_assert(std::is_trivially_copyable_v<Op>, "The attributes of an elementwise operation are numbers");

  Op op;

  // Not always_inline: g++ would make clones of F that it can inline no more.
  template <class... X>
  [[gnu::flatten]] auto operator()(const X&... x) const {
    return F{}(op, x...);
  }
  NABLA_SIMD_INLINE static Bound of(const void* op) { return {*static_cast<const Op*>(op)}; }
};

/// The member f of an operation.
template <class Op>
struct MemberF {
  NABLA_SIMD_INLINE static auto of(const void* op) { return static_cast<const Op*>(op)->f; }
};

/// What a loop calls, found in the operation that it is given, or made from nothing.
template <class F>
NABLA_SIMD_INLINE auto function_of([[maybe_unused]] const void* op) {
  if constexpr (requires { F::of(op); })
    return F::of(op);
  else
    return F{};
}

}  // namespace nabla::simd

#define NABLA_SIMD_LEVEL plain
#define NABLA_SIMD_TARGET NABLA_SIMD_PLAIN_TARGET
#include <nabla/simd/loops.inc>

#if NABLA_SIMD_X86
#define NABLA_SIMD_LEVEL avx2
#define NABLA_SIMD_TARGET NABLA_SIMD_AVX2_TARGET
#include <nabla/simd/loops.inc>
#define NABLA_SIMD_LEVEL avx512
#define NABLA_SIMD_TARGET NABLA_SIMD_AVX512_TARGET
#include <nabla/simd/loops.inc>
#else
namespace nabla::simd {
namespace avx2 = plain;
namespace avx512 = plain;
}  // namespace nabla::simd
#endif
