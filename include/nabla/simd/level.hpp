// The instruction sets for which loops are compiled, and the one that is chosen at run time.
#pragma once

#include <atomic>
#include <cstddef>
#include <string_view>

/// Everything a pack goes through is inlined into a function compiled for one instruction set; nothing of it may become
/// a function of its own, which other files, compiled for another machine, would share.
/// Sanitizers look at the memory of functions marked CHECKED alone: what they add to every step of arithmetic takes
/// minutes to compile.
#define NABLA_SIMD_CHECKED_INLINE [[gnu::always_inline]] inline
#if defined(__clang__)
#define NABLA_SIMD_INLINE [[gnu::always_inline, clang::no_sanitize("address", "undefined")]] inline
#else
#define NABLA_SIMD_INLINE [[gnu::always_inline, gnu::no_sanitize("address", "undefined")]] inline
#endif

// A loop inlines all that it calls, and g++ must not fuse products and sums of its own accord, here in one copy of a
// function and there not: the bits of an element would depend on its place. clang does not.
#if defined(__clang__)
#define NABLA_SIMD_LOOP flatten
#else
#define NABLA_SIMD_LOOP flatten, optimize("fp-contract=off")
#endif

// Loops for AVX2 and AVX-512 are compiled wherever the compiler inlines at all; without optimisation, plain packs
// alone.
#define NABLA_SIMD_PLAIN_TARGET __attribute__((NABLA_SIMD_LOOP))
#if defined(__x86_64__) && defined(__OPTIMIZE__)
#define NABLA_SIMD_X86 1
#define NABLA_SIMD_AVX2_TARGET __attribute__((NABLA_SIMD_LOOP, target("avx2,fma")))
#define NABLA_SIMD_AVX512_TARGET __attribute__((NABLA_SIMD_LOOP, target("avx512f,avx512dq,avx512bw,avx512vl,avx2,fma")))
#else
#define NABLA_SIMD_X86 0
#endif

// clang makes wide instructions of plain vector code, and takes no asm with registers that the file's flags do not
// know. g++ makes scalar code of 64-byte comparisons and fuses by its flags; it is given the instructions by name.
#if NABLA_SIMD_X86 && !defined(__clang__)
#define NABLA_SIMD_ASM 1
#else
#define NABLA_SIMD_ASM 0
#endif

namespace nabla::simd {

/// plain: 16-byte packs, in what every machine of this architecture has, multiply and add rounded apart.
/// avx2: 32 bytes, fused multiply-add. avx512: 64 bytes (AVX-512 F, DQ, BW and VL).
enum class Level : unsigned char { plain, avx2, avx512 };

inline constexpr std::size_t level_count = 3;
inline constexpr Level all_levels[level_count] = {Level::plain, Level::avx2, Level::avx512};

constexpr std::string_view name(Level level) {
  constexpr std::string_view names[] = {"plain", "avx2", "avx512"};
  return names[static_cast<std::size_t>(level)];
}

/// Bytes of a pack.
constexpr std::size_t width(Level level) { return std::size_t{16} << static_cast<std::size_t>(level); }

/// Whether this machine, and this build of the library, can run it.
bool supported(Level level);

/// The level that a value of the environment variable NABLA_SIMD asks for: avx512, avx2, plain, or the best one
/// supported when it is empty. Throws ValueError for another name, and for a level that is not supported.
Level level_named(std::string_view value);

namespace detail {
inline constinit std::atomic<signed char> chosen = -1;
Level choose();
}  // namespace detail

/// The level all loops run at: what NABLA_SIMD asks for when the program first computes.
[[gnu::always_inline]] inline Level level() {
  const signed char level = detail::chosen.load(std::memory_order_relaxed);
  if (level < 0) [[unlikely]]
    return detail::choose();
  return static_cast<Level>(level);
}

}  // namespace nabla::simd
