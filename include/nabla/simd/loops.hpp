// Loops over elements on packs, compiled for every level: simd::plain::map, simd::avx2::map, simd::avx512::map, …
#pragma once

#include <nabla/simd/memory.hpp>
#include <tuple>

#define NABLA_SIMD_LEVEL plain
#define NABLA_SIMD_TARGET __attribute__((flatten))
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
