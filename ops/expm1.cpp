#include <nabla/op.hpp>

#include "kernels/elementwise.hpp"

namespace nabla {
namespace ops {

constinit const Elementwise Expm1::elementwise = kernels::floating(  //
    [](auto x) { return expm1(x); }, [](auto u, auto x, auto) { return u * exp(x); });

template <Value V>
void Expm1::vjp(const Pullback<V>& p) const {
  p.grad[0] = p.ct * exp(p.in[0]);  // not y + 1, which cancels on the left
}

std::vector<Sample> Expm1::samples() { return elementwise_samples(Expm1{}); }
std::vector<BadCall> Expm1::bad_calls() { return elementwise_bad_calls(Expm1{}); }

}  // namespace ops

template const OpTable& op_table<ops::Expm1>();

}  // namespace nabla
