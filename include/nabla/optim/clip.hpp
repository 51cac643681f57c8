// Bounds for gradients, between gradient() and step().
#pragma once

#include <nabla/gradient.hpp>

namespace nabla::optim {

/// All gradients times min(1, max_norm / (‖g‖_p + 10⁻⁶)), where g is all of them together (Pascanu, Mikolov and Bengio
/// 2013; the 10⁻⁶ is PyTorch's). Where the norm is not finite, they stay as they are.
/// @param p  1 or more; infinity takes the largest magnitude
/// @returns ‖g‖_p as it was before
/// @throws ValueError unless max_norm > 0 and p ≥ 1
double clip_norm(Gradients& gradients, double max_norm, double p = 2);

/// Every entry, where it is below −bound or above bound, becomes that. A NaN stays one.
/// @throws ValueError unless bound > 0
void clip_value(Gradients& gradients, double bound);

}  // namespace nabla::optim
