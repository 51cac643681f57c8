#include <nabla/op.hpp>

#include "kernels/elementwise.hpp"

namespace nabla {
namespace ops {

constinit const Elementwise Softsign::elementwise = kernels::floating(  //
    [](auto x) { return select(x > 0x1p100, 1, select(x < -0x1p100, -1, x / (1 + abs(x)))); },
    [](auto u, auto x, auto) { return u / ((1 + abs(x)) * (1 + abs(x))); });

template <Value V>
void Softsign::vjp(const Pullback<V>& p) const {
  p.grad[0] = p.ct * square(1.0 / (1.0 + abs(p.in[0])));
}

std::vector<Sample> Softsign::samples() { return samples_beside_zero(Softsign{}); }
std::vector<BadCall> Softsign::bad_calls() { return elementwise_bad_calls(Softsign{}); }

}  // namespace ops

template const OpTable& op_table<ops::Softsign>();

}  // namespace nabla
