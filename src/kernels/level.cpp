#include <fmt/core.h>
#include <atomic>
#include <cstdlib>
#include <nabla/error.hpp>
#include <nabla/simd/level.hpp>

namespace nabla::simd {

bool supported([[maybe_unused]] Level level) {
#if NABLA_SIMD_X86
  if (level == Level::avx512)
    return __builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512dq") &&
           __builtin_cpu_supports("avx512bw") && __builtin_cpu_supports("avx512vl") && __builtin_cpu_supports("fma");
  if (level == Level::avx2) return __builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma");
#endif
  return level == Level::plain;
}

Level level_named(std::string_view value) {
  Level best = Level::plain;
  for (Level level : all_levels) {
    if (supported(level)) best = level;
    if (name(level) != value) continue;
    if (supported(level)) return level;
    throw ValueError("NABLA_SIMD", fmt::format("The environment variable asks for {}, which this machine or this build "
                                               "cannot run; the best it can is {}",
                                               value, name(best)));
  }
  if (value.empty()) return best;
  throw ValueError("NABLA_SIMD", fmt::format("The environment variable is \"{}\"; set it to avx512, avx2 or plain, or "
                                             "leave it unset for the best that the machine has",
                                             value));
}

Level detail::choose() {
  const char* const value = std::getenv("NABLA_SIMD");
  const Level level = level_named(value ? value : "");
  chosen.store(static_cast<signed char>(level), std::memory_order_relaxed);
  return level;
}

}  // namespace nabla::simd
