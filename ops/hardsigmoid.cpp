#include <nabla/op.hpp>

#include "_samples.hpp"
#include "kernels/elementwise.hpp"

namespace nabla {
namespace ops {

constinit const Elementwise Hardsigmoid::elementwise = kernels::floating(  //
    [](auto x) { return min(max(x + 3, 0), 6) / 6; },
    [](auto u, auto x, auto) { return select((x > -3) & (x < 3), u / 6, 0); });

template <Value V>
void Hardsigmoid::vjp(const Pullback<V>& p) const {
  p.grad[0] = where(p.in[0] > -3.0, where(p.in[0] < 3.0, p.ct / 6.0, 0.0), 0.0);
}

std::vector<Sample> Hardsigmoid::samples() {
  return joined({elementwise_samples(Hardsigmoid{}, -2.5, 2.5), elementwise_samples(Hardsigmoid{}, 3.5, 5),
                 elementwise_samples(Hardsigmoid{}, -5, -3.5)});
}
std::vector<BadCall> Hardsigmoid::bad_calls() { return elementwise_bad_calls(Hardsigmoid{}); }

}  // namespace ops

template const OpTable& op_table<ops::Hardsigmoid>();

}  // namespace nabla
