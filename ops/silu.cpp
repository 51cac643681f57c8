#include <nabla/op.hpp>

#include "kernels/elementwise.hpp"

namespace nabla {
namespace ops {

namespace {

/// σ(x) + x σ'(x)
template <simd::AnyPack P>
NABLA_SIMD_INLINE P silu_slope(P x) {
  const P e = simd::detail::exp_of_minus_abs(x), d = 1 + e;
  return select(x < 0, e, P(1)) / d + x * (e / (d * d));
}

}  // namespace

constinit const Elementwise Silu::elementwise = kernels::floating(  //
    [](auto x) { return x * sigmoid(x); }, [](auto u, auto x, auto) { return u * silu_slope(x); });

template <Value V>
void Silu::vjp(const Pullback<V>& p) const {
  p.grad[0] = p.ct * (sigmoid(p.in[0]) + p.in[0] * logistic_density(p.in[0]));
}

std::vector<Sample> Silu::samples() { return elementwise_samples(Silu{}); }
std::vector<BadCall> Silu::bad_calls() { return elementwise_bad_calls(Silu{}); }

}  // namespace ops

template const OpTable& op_table<ops::Silu>();

}  // namespace nabla
