#include <nabla/op.hpp>

#include "_samples.hpp"
#include "kernels/elementwise.hpp"

namespace nabla {
namespace ops {

constinit const Elementwise LeakyRelu::elementwise = kernels::floating<LeakyRelu>(  //
    [](auto op, auto x) { return select(x > 0, x, op.negative_slope * x); },
    [](auto op, auto u, auto x, auto) { return select(x > 0, u, op.negative_slope * u); });

template <Value V>
void LeakyRelu::vjp(const Pullback<V>& p) const {
  p.grad[0] = where(p.in[0] > 0.0, p.ct, negative_slope * p.ct);
}

std::vector<Sample> LeakyRelu::samples() {
  return joined({samples_beside_zero(LeakyRelu{}), samples_beside_zero(LeakyRelu{.negative_slope = 0.3})});
}
std::vector<BadCall> LeakyRelu::bad_calls() { return elementwise_bad_calls(LeakyRelu{}); }

}  // namespace ops

template const OpTable& op_table<ops::LeakyRelu>();

}  // namespace nabla
