// The sum of cotangents, in place where nobody else holds one of them.
#pragma once

#include <nabla/tensor.hpp>

namespace nabla::kernels {

/// sum ← sum + term; they have one shape and one dtype.
void accumulate(Tensor& sum, Tensor&& term);

}  // namespace nabla::kernels
