#include <nabla/op.hpp>
#include <numbers>

#include "kernels/elementwise.hpp"

namespace nabla {
namespace ops {

constinit const Elementwise Erf::elementwise = kernels::floating(  //
    [](auto x) { return erf(x); },
    [](auto u, auto x, auto) { return u * (2 * std::numbers::inv_sqrtpi * exp(-x * x)); });

template <Value V>
void Erf::vjp(const Pullback<V>& p) const {
  p.grad[0] = p.ct * (2 * std::numbers::inv_sqrtpi * exp(-square(p.in[0])));
}

std::vector<Sample> Erf::samples() { return elementwise_samples(Erf{}); }
std::vector<BadCall> Erf::bad_calls() { return elementwise_bad_calls(Erf{}); }

}  // namespace ops

template const OpTable& op_table<ops::Erf>();

}  // namespace nabla
