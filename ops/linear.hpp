#pragma once

#include <nabla/apply.hpp>

namespace nabla {
namespace ops {

struct Linear {
  static constexpr OpInfo info{.name = "linear",
                               .arity = 3,
                               .formula = "x W^T + b",
                               .shapes = "[..., fan_in] [fan_out, fan_in] [fan_out] -> [..., fan_out]",
                               .derivative = "x: u W; W: u^T x; b: sum u"};
  Shape infer(Shapes in) const;
  void forward(Tensors in, Tensor& out) const;
  template <Value V>
  void vjp(const Pullback<V>& p) const;
  void vjp_fused(const Pullback<Tensor>& p) const;
  static std::vector<Sample> samples();
  static std::vector<BadCall> bad_calls();
};

}  // namespace ops

/// x Wᵀ + b: the weighted input z of a layer. x [..., fan_in], samples are rows; weight [fan_out, fan_in]; bias
/// [fan_out]; the result is [..., fan_out]. @throws ShapeError, DTypeError
template <Operand X, Operand W, Operand B>
Result<X, W, B> linear(const X& x, const W& weight, const B& bias) {
  return apply(ops::Linear{}, x, weight, bias);
}

}  // namespace nabla
