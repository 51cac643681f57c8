#include <nabla/op.hpp>

#include "_attributes.hpp"
#include "_samples.hpp"
#include "kernels/elementwise.hpp"

namespace nabla {
namespace ops {

Softplus::Softplus(double b) : beta(b) { require_positive(info.name, "beta", beta); }

constinit const Elementwise Softplus::elementwise = kernels::floating<Softplus>(  //
    [](auto op, auto x) { return softplus(x, op.beta); },
    [](auto op, auto u, auto x, auto) { return u * sigmoid(x * op.beta); });

template <Value V>
void Softplus::vjp(const Pullback<V>& p) const {
  p.grad[0] = p.ct * sigmoid(p.in[0] * beta);
}

std::vector<Sample> Softplus::samples() {
  return joined({elementwise_samples(Softplus{}), elementwise_samples(Softplus(2))});
}
std::vector<BadCall> Softplus::bad_calls() { return elementwise_bad_calls(Softplus{}); }

}  // namespace ops

template const OpTable& op_table<ops::Softplus>();

}  // namespace nabla
