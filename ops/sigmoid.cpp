#include <cmath>
#include <nabla/op.hpp>

#include "kernels/map.hpp"

namespace nabla {
namespace ops {

void Sigmoid::forward(Tensors in, Tensor& out) const {
  kernels::map(
      [](auto x) {
        const auto e = std::exp(-std::abs(x));  // never overflows, and keeps its digits in both tails
        return (x < 0 ? e : 1) / (1 + e);
      },
      out, in[0]);
}

template <Value V>
void Sigmoid::vjp(const Pullback<V>& p) const {
  p.grad[0] = p.ct * (p.out * (1.0 - p.out));
}

std::vector<Sample> Sigmoid::samples() { return elementwise_samples(Sigmoid{}); }
std::vector<BadCall> Sigmoid::bad_calls() { return elementwise_bad_calls(Sigmoid{}); }

}  // namespace ops

template const OpTable& op_table<ops::Sigmoid>();

}  // namespace nabla
