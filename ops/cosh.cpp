#include <nabla/op.hpp>

#include "kernels/elementwise.hpp"

namespace nabla {
namespace ops {

constinit const Elementwise Cosh::elementwise = kernels::floating(  //
    [](auto x) { return cosh(x); }, [](auto u, auto x, auto) { return u * sinh(x); });

template <Value V>
void Cosh::vjp(const Pullback<V>& p) const {
  p.grad[0] = p.ct * sinh(p.in[0]);
}

std::vector<Sample> Cosh::samples() { return elementwise_samples(Cosh{}); }
std::vector<BadCall> Cosh::bad_calls() { return elementwise_bad_calls(Cosh{}); }

}  // namespace ops

template const OpTable& op_table<ops::Cosh>();

}  // namespace nabla
