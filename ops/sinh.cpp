#include <nabla/op.hpp>

#include "kernels/elementwise.hpp"

namespace nabla {
namespace ops {

constinit const Elementwise Sinh::elementwise = kernels::floating(  //
    [](auto x) { return sinh(x); }, [](auto u, auto x, auto) { return u * cosh(x); });

template <Value V>
void Sinh::vjp(const Pullback<V>& p) const {
  p.grad[0] = p.ct * cosh(p.in[0]);
}

std::vector<Sample> Sinh::samples() { return elementwise_samples(Sinh{}); }
std::vector<BadCall> Sinh::bad_calls() { return elementwise_bad_calls(Sinh{}); }

}  // namespace ops

template const OpTable& op_table<ops::Sinh>();

}  // namespace nabla
