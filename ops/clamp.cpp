#include <limits>
#include <nabla/op.hpp>

#include "kernels/elementwise.hpp"

namespace nabla {
namespace ops {

Clamp::Clamp(double low_value, double high_value) : low(low_value), high(high_value) {
  if (!(low <= high))
    throw ValueError(info.name, fmt::format("The bounds are {} and {}; the lower one must come first", low, high));
}

constinit const Elementwise Clamp::elementwise = kernels::floating<Clamp>(  //
    [](auto op, auto x) { return min(max(x, op.low), op.high); },
    [](auto op, auto u, auto x, auto) { return select((x >= op.low) & (x <= op.high), u, 0); });

template <Value V>
void Clamp::vjp(const Pullback<V>& p) const {
  p.grad[0] = where(p.in[0] >= low, where(p.in[0] <= high, p.ct, 0.0), 0.0);
}

std::vector<Sample> Clamp::samples() {
  std::vector<Sample> samples = elementwise_samples(Clamp(-1, 1), -0.9, 0.9);
  for (Sample& sample : elementwise_samples(Clamp(-1, 1), 1.2, 3)) samples.push_back(std::move(sample));
  for (Sample& sample : elementwise_samples(Clamp(0.5, std::numeric_limits<double>::infinity()), -2, 0.4))
    samples.push_back(std::move(sample));
  return samples;
}
std::vector<BadCall> Clamp::bad_calls() { return elementwise_bad_calls(Clamp(-1, 1)); }

}  // namespace ops

template const OpTable& op_table<ops::Clamp>();

}  // namespace nabla
