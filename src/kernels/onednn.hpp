// The sgemm of oneDNN, where the machine has it.
#pragma once

#include <cstdint>

namespace nabla::kernels::onednn {

/// c ← α op(a) op(b) + β c, row-major, on the calling thread alone; each transpose is 'N' or 'T'. Returns false where
/// there is no oneDNN, or it refuses. The first call loads it, which takes some 40 ms: no program pays for it that does
/// not multiply large matrices.
bool sgemm(char transpose_a, char transpose_b, std::int64_t m, std::int64_t n, std::int64_t k, float alpha,
           const float* a, std::int64_t lda, const float* b, std::int64_t ldb, float beta, float* c, std::int64_t ldc);

}  // namespace nabla::kernels::onednn
