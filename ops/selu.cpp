#include <nabla/op.hpp>

#include "kernels/elementwise.hpp"

namespace nabla {
namespace ops {

namespace {

constexpr double lambda = 1.0507009873554805, lambda_alpha = lambda * 1.6732632423543772;

}  // namespace

constinit const Elementwise Selu::elementwise = kernels::floating(  //
    [](auto x) { return select(x > 0, lambda * x, lambda_alpha * expm1(x)); },
    [](auto u, auto x, auto) { return select(x <= 0, u * (lambda_alpha * exp(x)), lambda * u); });

template <Value V>
void Selu::vjp(const Pullback<V>& p) const {
  const V& x = p.in[0];
  const V left = x <= 0.0;
  p.grad[0] = where(left, p.ct * (lambda_alpha * exp(where(left, x, 0.0))), lambda * p.ct);
}

std::vector<Sample> Selu::samples() { return samples_beside_zero(Selu{}); }
std::vector<BadCall> Selu::bad_calls() { return elementwise_bad_calls(Selu{}); }

}  // namespace ops

template const OpTable& op_table<ops::Selu>();

}  // namespace nabla
