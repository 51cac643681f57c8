#include "gemm.hpp"
#include "kernels/gemm.hpp"

namespace bench {
namespace {

nabla::kernels::Matrix<const float> matrix(Operand x, int rows, int columns) {
  const nabla::kernels::Matrix<const float> stored{x.data, x.transposed ? columns : rows, x.transposed ? rows : columns,
                                                   x.stride, 1};
  return x.transposed ? stored.transposed() : stored;
}

}  // namespace

const Gemm nabla_routes{"Nabla's gemm",
                        [](int m, int n, int k, float alpha, Operand a, Operand b, float beta, float* c) {
                          nabla::kernels::gemm(alpha, matrix(a, m, k), matrix(b, k, n), beta, {c, m, n, n, 1});
                        },
                        [](int) {}};

std::span<const Gemm* const> gemms() {
#ifdef BENCH_HAS_ONEDNN
  static constexpr const Gemm* all[]{&openblas, &onednn, &loops, &nabla_routes};
#else
  static constexpr const Gemm* all[]{&openblas, &loops, &nabla_routes};
#endif
  return all;
}

}  // namespace bench
