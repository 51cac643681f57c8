#include <cmath>
#include <nabla/op.hpp>

#include "kernels/map.hpp"

namespace nabla {
namespace ops {

void Sin::forward(Tensors in, Tensor& out) const {
  kernels::map([](auto x) { return std::sin(x); }, out, in[0]);
}

template <Value V>
void Sin::vjp(const Pullback<V>& p) const {
  p.grad[0] = p.ct * cos(p.in[0]);
}

std::vector<Sample> Sin::samples() { return elementwise_samples(Sin{}); }
std::vector<BadCall> Sin::bad_calls() { return elementwise_bad_calls(Sin{}); }

}  // namespace ops

template const OpTable& op_table<ops::Sin>();

}  // namespace nabla
