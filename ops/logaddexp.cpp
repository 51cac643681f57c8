#include <nabla/op.hpp>

#include "kernels/elementwise.hpp"

namespace nabla {
namespace ops {

constinit const Elementwise Logaddexp::elementwise = kernels::floating(  //
    [](auto a, auto b) { return logaddexp(a, b); }, [](auto u, auto a, auto b, auto) { return u * sigmoid(a - b); },
    [](auto u, auto a, auto b, auto) { return u * sigmoid(b - a); });

template <Value V>
void Logaddexp::vjp(const Pullback<V>& p) const {
  if (p.needs[0]) p.grad[0] = sum_to(p.ct * sigmoid(p.in[0] - p.in[1]), p.in[0].shape());
  if (p.needs[1]) p.grad[1] = sum_to(p.ct * sigmoid(p.in[1] - p.in[0]), p.in[1].shape());
}

std::vector<Sample> Logaddexp::samples() { return elementwise_samples(Logaddexp{}); }
std::vector<BadCall> Logaddexp::bad_calls() { return elementwise_bad_calls(Logaddexp{}); }

}  // namespace ops

template const OpTable& op_table<ops::Logaddexp>();

}  // namespace nabla
