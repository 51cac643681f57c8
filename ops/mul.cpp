#include <cmath>
#include <nabla/op.hpp>

#include "kernels/map.hpp"

namespace nabla {
namespace ops {

void Mul::forward(Tensors in, Tensor& out) const {
  kernels::map_any([](auto a, auto b) { return a * b; }, out, in[0], in[1]);
}

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
