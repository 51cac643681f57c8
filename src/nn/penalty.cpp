#include <nabla/nn/module.hpp>
#include <nabla/nn/penalty.hpp>
#include <nabla/op.hpp>

namespace nabla::nn {
namespace {

/// Σ f(w) over the weights; 0 where there are none.
template <Value V, class F>
V over_weights(std::span<const Parameter* const> parameters, const V& beside, F f) {
  V total;
  for (const Parameter* p : parameters)
    if (p->shape().rank() >= 2) {
      const V term = f(V(operand(*p, beside)));
      total = total.defined() ? total + term : term;
    }
  return total.defined() ? total : constant_like(beside, nabla::zeros({}, beside.dtype()));
}

}  // namespace

template <Value V>
V ridge(std::span<const Parameter* const> parameters, const V& beside) {
  return over_weights(parameters, beside, [](const V& w) { return 0.5 * sum(square(w)); });
}
template Tensor ridge(std::span<const Parameter* const>, const Tensor&);
template Var ridge(std::span<const Parameter* const>, const Var&);

template <Value V>
V lasso(std::span<const Parameter* const> parameters, const V& beside) {
  return over_weights(parameters, beside, [](const V& w) { return sum(abs(w)); });
}
template Tensor lasso(std::span<const Parameter* const>, const Tensor&);
template Var lasso(std::span<const Parameter* const>, const Var&);

}  // namespace nabla::nn
