#include <nabla/op.hpp>

#include "kernels/elementwise.hpp"

namespace nabla {
namespace ops {

constinit const Elementwise Div::elementwise = kernels::floating(  //
    [](auto a, auto b) { return a / b; }, [](auto u, auto, auto b, auto) { return u / b; },
    [](auto u, auto, auto b, auto y) { return -u * y / b; });

template <Value V>
void Div::vjp(const Pullback<V>& p) const {
  if (p.needs[0]) p.grad[0] = sum_to(p.ct / p.in[1], p.in[0].shape());
  if (p.needs[1]) p.grad[1] = sum_to(-p.ct * p.out / p.in[1], p.in[1].shape());
}

std::vector<Sample> Div::samples() { return elementwise_samples(Div{}, 0.3, 2.5); }
std::vector<BadCall> Div::bad_calls() { return elementwise_bad_calls(Div{}); }

}  // namespace ops

template const OpTable& op_table<ops::Div>();

}  // namespace nabla
