// Views with given strides.
#pragma once

#include <nabla/tensor.hpp>

namespace reference {

/// The view of `base` (row-major) whose element i stands at offset + Σ i_k strides_k. Strides must be ≥ 0, and each a
/// multiple of the next smaller one: so it is for every view that slices, permutes or expands a tensor along its axes.
/// @throws std::runtime_error where they are not
nabla::Tensor strided_view(const nabla::Tensor& base, const nabla::Shape& shape, const nabla::Dims& strides,
                           std::int64_t offset);

}  // namespace reference
