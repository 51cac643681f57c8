#pragma once

#include <nabla/apply.hpp>

namespace nabla {
namespace ops {

struct LinearWeightGradient {
  static constexpr OpInfo info{.name = "linear_weight_gradient",
                               .arity = 2,
                               .formula = "delta^T x",
                               .shapes = "[..., fan_out] [..., fan_in] -> [fan_out, fan_in]",
                               .derivative = "delta: x u^T; x: delta u",
                               .rule_reads_result = false};
  Shape infer(Shapes in) const;
  void forward(Tensors in, Tensor& out) const;
  template <Value V>
  void vjp(const Pullback<V>& p) const;
  void vjp_fused(const Pullback<Tensor>& p) const;
  static std::vector<Sample> samples();
  static std::vector<BadCall> bad_calls();
};

}  // namespace ops

/// The transpose of linear as a function of its weight: δᵀ x, summed over the samples, for δ = ∂C/∂z [..., fan_out] and
/// the inputs x [..., fan_in]. It is ∂C/∂W [fan_out, fan_in] of a layer z = x Wᵀ + b (BP4). @throws ShapeError,
/// DTypeError
template <Operand D, Operand X>
Result<D, X> linear_weight_gradient(const D& delta, const X& x) {
  return apply(ops::LinearWeightGradient{}, delta, x);
}

}  // namespace nabla
