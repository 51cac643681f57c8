#include <nabla/op.hpp>

#include "kernels/elementwise.hpp"

namespace nabla {
namespace ops {

Softplus::Softplus(double beta_value) : beta(beta_value) {
  if (!(beta > 0)) throw ValueError(info.name, fmt::format("beta is {}; it must be positive", beta));
}

constinit const Elementwise Softplus::elementwise = kernels::floating<Softplus>(  //
    [](auto op, auto x) { return softplus(x * op.beta) / op.beta; },
    [](auto op, auto u, auto x, auto) { return u * sigmoid(x * op.beta); });

template <Value V>
void Softplus::vjp(const Pullback<V>& p) const {
  p.grad[0] = p.ct * sigmoid(p.in[0] * beta);
}

std::vector<Sample> Softplus::samples() {
  std::vector<Sample> samples = elementwise_samples(Softplus{});
  for (Sample& sample : elementwise_samples(Softplus(2))) samples.push_back(std::move(sample));
  return samples;
}
std::vector<BadCall> Softplus::bad_calls() { return elementwise_bad_calls(Softplus{}); }

}  // namespace ops

template const OpTable& op_table<ops::Softplus>();

}  // namespace nabla
