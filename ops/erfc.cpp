#include <nabla/op.hpp>
#include <numbers>

#include "kernels/elementwise.hpp"

namespace nabla {
namespace ops {

constinit const Elementwise Erfc::elementwise = kernels::floating(  //
    [](auto x) { return erfc(x); },
    [](auto u, auto x, auto) { return u * (-2 * std::numbers::inv_sqrtpi * exp(-x * x)); });

template <Value V>
void Erfc::vjp(const Pullback<V>& p) const {
  p.grad[0] = p.ct * (-2 * std::numbers::inv_sqrtpi * exp(-square(p.in[0])));
}

std::vector<Sample> Erfc::samples() { return elementwise_samples(Erfc{}); }
std::vector<BadCall> Erfc::bad_calls() { return elementwise_bad_calls(Erfc{}); }

}  // namespace ops

template const OpTable& op_table<ops::Erfc>();

}  // namespace nabla
