// A place for a gradient.
#pragma once

namespace nabla {

class Tensor;

/// Where a gradient may go, instead of a tensor of its own: target ← β target + α ∂C/∂x.
struct Into {
  Tensor* target = nullptr;  ///< dense, of the shape of x, held by nobody else; null: nowhere
  double alpha = 1;
  double beta = 1;
};

}  // namespace nabla
