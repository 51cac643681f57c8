// Products by our own loops, which pack nothing: where a BLAS would spend more on the call or on packing than it gains.
#pragma once

#include "gemm.hpp"

namespace nabla::kernels {

/// c ← α a b + β c, for operands as gemm takes them: one stride of each is 1, unless it is a vector. c is row-major.
void small_gemm(float alpha, const Matrix<const float>& a, const Matrix<const float>& b, float beta,
                const Matrix<float>& c);
void small_gemm(double alpha, const Matrix<const double>& a, const Matrix<const double>& b, double beta,
                const Matrix<double>& c);

}  // namespace nabla::kernels
