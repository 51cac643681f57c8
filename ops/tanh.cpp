#include <cmath>
#include <nabla/op.hpp>

#include "kernels/map.hpp"

namespace nabla {
namespace ops {

void Tanh::forward(Tensors in, Tensor& out) const {
  kernels::map([](auto x) { return std::tanh(x); }, out, in[0]);
}

template <Value V>
void Tanh::vjp(const Pullback<V>& p) const {
  p.grad[0] = p.ct * (1.0 - square(p.out));
}

std::vector<Sample> Tanh::samples() { return elementwise_samples(Tanh{}); }
std::vector<BadCall> Tanh::bad_calls() { return elementwise_bad_calls(Tanh{}); }

}  // namespace ops

template const OpTable& op_table<ops::Tanh>();

}  // namespace nabla
