#include <omp.h>
#include <oneapi/dnnl/dnnl.h>

#include "gemm.hpp"

namespace bench {

const Gemm onednn{"oneDNN",
                  [](int m, int n, int k, float alpha, Operand a, Operand b, float beta, float* c) {
                    dnnl_sgemm(a.transposed ? 'T' : 'N', b.transposed ? 'T' : 'N', m, n, k, alpha, a.data, a.stride,
                               b.data, b.stride, beta, c, n);
                  },
                  [](int threads) { omp_set_num_threads(threads); }};

}  // namespace bench
