#include <nabla/op.hpp>

#include "kernels/elementwise.hpp"

namespace nabla {
namespace ops {

constinit const Elementwise Mul::elementwise = kernels::any(  //
    [](auto a, auto b) { return a * b; }, [](auto u, auto, auto b, auto) { return u * b; },
    [](auto u, auto a, auto, auto) { return u * a; });

template <Value V>
void Mul::vjp(const Pullback<V>& p) const {
  if (p.needs[0]) p.grad[0] = sum_to(p.ct * p.in[1], p.in[0].shape());
  if (p.needs[1]) p.grad[1] = sum_to(p.ct * p.in[0], p.in[1].shape());
}

std::vector<Sample> Mul::samples() { return elementwise_samples(Mul{}); }
std::vector<BadCall> Mul::bad_calls() { return elementwise_bad_calls(Mul{}); }

}  // namespace ops

template const OpTable& op_table<ops::Mul>();

}  // namespace nabla
