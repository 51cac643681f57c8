#include <nabla/op.hpp>

#include "kernels/elementwise.hpp"

namespace nabla {
namespace ops {

constinit const Elementwise Softplus::elementwise = kernels::floating(  //
    [](auto x) { return softplus(x); }, [](auto u, auto x, auto) { return u * sigmoid(x); });

template <Value V>
void Softplus::vjp(const Pullback<V>& p) const {
  p.grad[0] = p.ct * sigmoid(p.in[0]);
}

std::vector<Sample> Softplus::samples() { return elementwise_samples(Softplus{}); }
std::vector<BadCall> Softplus::bad_calls() { return elementwise_bad_calls(Softplus{}); }

}  // namespace ops

template const OpTable& op_table<ops::Softplus>();

}  // namespace nabla
