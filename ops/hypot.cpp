#include <nabla/op.hpp>

#include "kernels/elementwise.hpp"

namespace nabla {
namespace ops {

constinit const Elementwise Hypot::elementwise = kernels::floating(  //
    [](auto a, auto b) { return hypot(a, b); }, [](auto u, auto a, auto, auto y) { return u * (a / y); },
    [](auto u, auto, auto b, auto y) { return u * (b / y); });

template <Value V>
void Hypot::vjp(const Pullback<V>& p) const {
  if (p.needs[0]) p.grad[0] = sum_to(p.ct * (p.in[0] / p.out), p.in[0].shape());
  if (p.needs[1]) p.grad[1] = sum_to(p.ct * (p.in[1] / p.out), p.in[1].shape());
}

std::vector<Sample> Hypot::samples() { return elementwise_samples(Hypot{}, 0.3, 2.5); }
std::vector<BadCall> Hypot::bad_calls() { return elementwise_bad_calls(Hypot{}); }

}  // namespace ops

template const OpTable& op_table<ops::Hypot>();

}  // namespace nabla
