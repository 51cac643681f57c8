#include <cmath>
#include <nabla/op.hpp>
#include <numbers>

#include "kernels/map.hpp"

namespace nabla {
namespace ops {

void Gelu::forward(Tensors in, Tensor& out) const {
  kernels::map(
      [](auto x) {
        using T = decltype(x);
        return x * std::erfc(-x * T(std::numbers::sqrt2 / 2)) / 2;  // Φ by erfc: all digits in the left tail
      },
      out, in[0]);
}

template <Value V>
void Gelu::vjp(const Pullback<V>& p) const {
  const V& x = p.in[0];
  const V cumulative = 0.5 * erfc(x * (-std::numbers::sqrt2 / 2));
  const V density = (std::numbers::inv_sqrtpi / std::numbers::sqrt2) * exp(-0.5 * square(x));
  p.grad[0] = p.ct * (cumulative + x * density);
}

std::vector<Sample> Gelu::samples() { return elementwise_samples(Gelu{}); }
std::vector<BadCall> Gelu::bad_calls() { return elementwise_bad_calls(Gelu{}); }

}  // namespace ops

template const OpTable& op_table<ops::Gelu>();

}  // namespace nabla
