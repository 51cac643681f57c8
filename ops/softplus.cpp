#include <cmath>
#include <nabla/op.hpp>

#include "kernels/map.hpp"

namespace nabla {
namespace ops {

void Softplus::forward(Tensors in, Tensor& out) const {
  kernels::map([](auto x) { return (x > 0 ? x : 0) + std::log1p(std::exp(-std::abs(x))); }, out, in[0]);
}

template <Value V>
void Softplus::vjp(const Pullback<V>& p) const {
  p.grad[0] = p.ct * sigmoid(p.in[0]);
}

std::vector<Sample> Softplus::samples() { return elementwise_samples(Softplus{}); }
std::vector<BadCall> Softplus::bad_calls() { return elementwise_bad_calls(Softplus{}); }

}  // namespace ops

template const OpTable& op_table<ops::Softplus>();

}  // namespace nabla
