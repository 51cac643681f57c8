#include <cmath>
#include <nabla/op.hpp>

#include "kernels/map.hpp"

namespace nabla {
namespace ops {

void Exp::forward(Tensors in, Tensor& out) const {
  kernels::map([](auto x) { return std::exp(x); }, out, in[0]);
}

template <Value V>
void Exp::vjp(const Pullback<V>& p) const {
  p.grad[0] = p.ct * p.out;
}

std::vector<Sample> Exp::samples() { return elementwise_samples(Exp{}); }
std::vector<BadCall> Exp::bad_calls() { return elementwise_bad_calls(Exp{}); }

}  // namespace ops

template const OpTable& op_table<ops::Exp>();

}  // namespace nabla
