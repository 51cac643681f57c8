#pragma once

#include <nabla/apply.hpp>
#include <nabla/option.hpp>
#include <nabla/reduction.hpp>

namespace nabla {
namespace ops {

struct BceWithLogits {
  static constexpr OpInfo info{.name = "bce_with_logits",
                               .arity = 2,
                               .formula = "-y ln sigmoid(z) - (1 - y) ln sigmoid(-z)",
                               .derivative = "z: u (sigmoid(z) - y); y: -u z"};
  static const Elementwise elementwise;
  Shape infer(Shapes in) const;
  template <Value V>
  void vjp(const Pullback<V>& p) const;
  static std::vector<Sample> samples();
  static std::vector<BadCall> bad_calls();
};

}  // namespace ops

/// The cross-entropy −y ln σ(z) − (1 − y) ln σ(−z) of σ(z), from logits z, and targets y in [0, 1], entry by entry, and
/// by default the mean of all; stable for any finite logit. z and y have one shape. A weight multiplies the losses, and
/// pos_weight the parts of y; both broadcast, and are 1 where they are left out.
/// @throws ShapeError, DTypeError
template <Value Z, Value Y>
Result<Z, Y> bce_with_logits(const Z& z, const Y& y, Reduction reduction = Reduction::mean) {
  return reduced(apply(ops::BceWithLogits{}, z, y), reduction);
}
template <Value Z, Value Y, Operand W>
Result<Z, Y, W> bce_with_logits(const Z& z, const Y& y, const W& weight, Reduction reduction = Reduction::mean) {
  return reduced(mul(bce_with_logits(z, y, Reduction::none), weight), reduction);
}
template <Value Z, Value Y, Operand W, Operand P>
Result<Z, Y, W, P> bce_with_logits(const Z& z, const Y& y, const W& weight, const P& pos_weight,
                                   Reduction reduction = Reduction::mean) {
  detail::require_one_shape("bce_with_logits", z.shape(), y.shape());
  const auto losses = add(mul(sub(1.0, y), softplus(z)), mul(mul(pos_weight, y), softplus(neg(z))));
  return reduced(mul(losses, weight), reduction);
}

}  // namespace nabla
