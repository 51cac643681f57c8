#include <nabla/op.hpp>
#include <numbers>

#include "kernels/elementwise.hpp"

namespace nabla {
namespace ops {

constinit const Elementwise Gelu::elementwise = kernels::floating(  //
    [](auto x) { return x * normal_cdf(x); },
    [](auto u, auto x, auto) { return u * (normal_cdf(x) + x * normal_pdf(x)); });

template <Value V>
void Gelu::vjp(const Pullback<V>& p) const {
  const V& x = p.in[0];
  const V cumulative = 0.5 * erfc(x * (-std::numbers::sqrt2 / 2));
  const V density = (std::numbers::inv_sqrtpi / std::numbers::sqrt2) * exp(-0.5 * square(x));
  p.grad[0] = p.ct * (cumulative + x * density);
}

std::vector<Sample> Gelu::samples() { return elementwise_samples(Gelu{}); }
std::vector<BadCall> Gelu::bad_calls() { return elementwise_bad_calls(Gelu{}); }

}  // namespace ops

template const OpTable& op_table<ops::Gelu>();

}  // namespace nabla
