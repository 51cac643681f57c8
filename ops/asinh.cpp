#include <nabla/op.hpp>

#include "kernels/elementwise.hpp"

namespace nabla {
namespace ops {

constinit const Elementwise Asinh::elementwise = kernels::floating(  //
    [](auto x) { return asinh(x); }, [](auto u, auto x, auto) { return u / hypot(x, 1); });

template <Value V>
void Asinh::vjp(const Pullback<V>& p) const {
  p.grad[0] = p.ct / hypot(p.in[0], 1.0);
}

std::vector<Sample> Asinh::samples() { return elementwise_samples(Asinh{}); }
std::vector<BadCall> Asinh::bad_calls() { return elementwise_bad_calls(Asinh{}); }

}  // namespace ops

template const OpTable& op_table<ops::Asinh>();

}  // namespace nabla
