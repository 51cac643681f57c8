#include <nabla/op.hpp>

#include "kernels/elementwise.hpp"

namespace nabla {
namespace ops {

constinit const Elementwise Sin::elementwise = kernels::floating(  //
    [](auto x) { return sin(x); }, [](auto u, auto x, auto) { return u * cos(x); });

template <Value V>
void Sin::vjp(const Pullback<V>& p) const {
  p.grad[0] = p.ct * cos(p.in[0]);
}

std::vector<Sample> Sin::samples() { return elementwise_samples(Sin{}); }
std::vector<BadCall> Sin::bad_calls() { return elementwise_bad_calls(Sin{}); }

}  // namespace ops

template const OpTable& op_table<ops::Sin>();

}  // namespace nabla
