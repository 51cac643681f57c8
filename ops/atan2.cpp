#include <nabla/op.hpp>

#include "kernels/elementwise.hpp"

namespace nabla {
namespace ops {

constinit const Elementwise Atan2::elementwise = kernels::floating(  //
    [](auto a, auto b) { return atan2(a, b); },
    [](auto u, auto a, auto b, auto) { return u * (b / hypot(a, b) / hypot(a, b)); },
    [](auto u, auto a, auto b, auto) { return u * (-a / hypot(a, b) / hypot(a, b)); });

template <Value V>
void Atan2::vjp(const Pullback<V>& p) const {
  const V r = hypot(p.in[0], p.in[1]);  // a² + b² may overflow
  if (p.needs[0]) p.grad[0] = sum_to(p.ct * (p.in[1] / r / r), p.in[0].shape());
  if (p.needs[1]) p.grad[1] = sum_to(p.ct * (-p.in[0] / r / r), p.in[1].shape());
}

std::vector<Sample> Atan2::samples() { return elementwise_samples(Atan2{}, 0.3, 2.5); }
std::vector<BadCall> Atan2::bad_calls() { return elementwise_bad_calls(Atan2{}); }

}  // namespace ops

template const OpTable& op_table<ops::Atan2>();

}  // namespace nabla
