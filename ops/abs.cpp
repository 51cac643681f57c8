#include <nabla/op.hpp>

#include "kernels/elementwise.hpp"

namespace nabla {
namespace ops {

constinit const Elementwise Abs::elementwise = kernels::any(  //
    [](auto x) { return select(x < 0, -x, x + 0); },
    [](auto u, auto x, auto) { return u * select(x > 0, 1, select(x < 0, -1, 0)); });

template <Value V>
void Abs::vjp(const Pullback<V>& p) const {
  p.grad[0] = p.ct * sign(p.in[0]);
}

std::vector<Sample> Abs::samples() { return samples_beside_zero(Abs{}); }
std::vector<BadCall> Abs::bad_calls() { return elementwise_bad_calls(Abs{}); }

}  // namespace ops

template const OpTable& op_table<ops::Abs>();

}  // namespace nabla
