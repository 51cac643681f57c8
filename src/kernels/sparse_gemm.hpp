// Products whose left operand has many zeros, as what comes back through ReLU has: for each row of it, only those rows
// of the right operand are added that are not multiplied by 0.
#pragma once

#include "gemm.hpp"

namespace nabla::kernels {

/// c ← α a b + β c, if that pays: where b has dense rows that are not short, and a so many zeros, of which a sample of
/// its elements is taken. 0 · ∞ is NaN. c is row-major. @returns whether it was done
bool sparse_gemm(float alpha, const Matrix<const float>& a, const Matrix<const float>& b, float beta,
                 const Matrix<float>& c);
bool sparse_gemm(double alpha, const Matrix<const double>& a, const Matrix<const double>& b, double beta,
                 const Matrix<double>& c);

}  // namespace nabla::kernels
