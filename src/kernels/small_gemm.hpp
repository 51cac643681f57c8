// Products for which the call of a BLAS would cost more than the product.
#pragma once

#include "gemm.hpp"

namespace nabla::kernels {

/// c ← α a b + β c, for any strides of a and b; c is row-major. For few elements, and for products with a vector.
void small_gemm(float alpha, const Matrix<const float>& a, const Matrix<const float>& b, float beta,
                const Matrix<float>& c);
void small_gemm(double alpha, const Matrix<const double>& a, const Matrix<const double>& b, double beta,
                const Matrix<double>& c);

}  // namespace nabla::kernels
