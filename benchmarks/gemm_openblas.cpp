#include <cblas.h>

#include "gemm.hpp"

// Another CBLAS does not have it.
extern "C" __attribute__((weak)) void openblas_set_num_threads(int);

namespace bench {

const Gemm openblas{"OpenBLAS",
                    [](int m, int n, int k, float alpha, Operand a, Operand b, float beta, float* c) {
                      cblas_sgemm(CblasRowMajor, a.transposed ? CblasTrans : CblasNoTrans,
                                  b.transposed ? CblasTrans : CblasNoTrans, m, n, k, alpha, a.data, a.stride, b.data,
                                  b.stride, beta, c, n);
                    },
                    [](int threads) {
                      if (openblas_set_num_threads) openblas_set_num_threads(threads);
                    }};

}  // namespace bench
