// a + b for cotangents, in place where one of them has no other owner.
#pragma once

#include <nabla/tensor.hpp>

namespace nabla::kernels {

/// a and b have one shape and one dtype.
Tensor accumulate(Tensor a, Tensor b);

}  // namespace nabla::kernels
