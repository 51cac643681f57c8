#pragma once

#include <nabla/apply.hpp>

namespace nabla {
namespace ops {

struct StopGradient {
  static constexpr OpInfo info{.name = "stop_gradient",
                               .arity = 1,
                               .formula = "x",
                               .shapes = "any",
                               .derivative = "0",
                               .dtypes = DTypes::any,
                               .differentiable = false,
                               .view = true};
  void forward(Tensors in, Tensor& out) const;
  static std::vector<Sample> samples();
  static std::vector<BadCall> bad_calls();
};

}  // namespace ops

/// x itself, of any dtype, as a constant: its derivative is 0 everywhere. A view; nothing is copied.
template <Value V>
V stop_gradient(const V& x) {
  return apply(ops::StopGradient{}, x);
}

}  // namespace nabla
