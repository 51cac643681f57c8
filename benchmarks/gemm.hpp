// Matrix products in f32 by several routes, each alone.
#pragma once

#include <span>
#include <string_view>

namespace bench {

/// A row-major matrix, or the transpose of one: its rows lie `stride` elements apart.
struct Operand {
  const float* data;
  int stride;
  bool transposed = false;
};

struct Gemm {
  std::string_view name;
  /// c [m, n] ← α a b + β c, where a is [m, k] and b is [k, n]; the rows of c lie n elements apart.
  void (*run)(int m, int n, int k, float alpha, Operand a, Operand b, float beta, float* c);
  void (*set_threads)(int threads);
};

extern const Gemm openblas;
extern const Gemm loops;         ///< plain loops, for tiny products; one thread
extern const Gemm nabla_routes;  ///< what Nabla decides; one thread
#ifdef BENCH_HAS_ONEDNN
extern const Gemm onednn;
#endif

std::span<const Gemm* const> gemms();

}  // namespace bench
