#pragma once

#include <nabla/apply.hpp>

namespace nabla {
namespace ops {

struct Attention {
  static constexpr OpInfo info{
      .name = "attention",
      .arity = 4,
      .formula = "softmax(q k^T / sqrt(d) + mask) v",
      .shapes = "[..., n, d] [..., m, d] [..., m, v], mask to [..., n, m] -> [..., n, v]",
      .derivative =
          "with P = softmax(...), S = P (u v^T - sum u v^T P): q: S k / sqrt(d); k: S^T q / sqrt(d); v: P^T u; mask: S",
      .convention = "NaN where a query sees no key of those given; 0 if none is given",
      .source = "Vaswani and others 2017"};
  bool causal = false;

  Shape infer(Shapes in) const;
  void forward(Tensors in, Tensor& out) const;
  template <Value V>
  void vjp(const Pullback<V>& p) const;
  static std::vector<Sample> samples();
  static std::vector<BadCall> bad_calls();
};

}  // namespace ops

struct AttentionOptions {
  bool causal = false;  ///< query i sees the keys 0 … i alone
};

/// Scaled dot-product attention softmax(q kᵀ / √d + mask) v (A. Vaswani and others, Attention is all you need, 2017).
/// q is [..., queries, d], k [..., keys, d], v [..., keys, values]; their leading axes broadcast, and the result is
/// [..., queries, values]. The mask is added to the scores and broadcasts to them: 0 where a query sees a key, −∞ or
/// very negative where it does not. A query to which all keys are hidden gives
/// NaN, and with no keys at all (keys = 0) the result is 0.
/// @throws ShapeError, DTypeError
template <Value Q, Value K, Value X, Operand M>
Result<Q, K, X, M> attention(const Q& q, const K& k, const X& v, const M& mask, const AttentionOptions& options = {}) {
  return apply(ops::Attention{options.causal}, q, k, v, mask);
}
template <Value Q, Value K, Value X>
Result<Q, K, X> attention(const Q& q, const K& k, const X& v, const AttentionOptions& options = {}) {
  return attention(q, k, v, 0.0, options);
}

}  // namespace nabla
