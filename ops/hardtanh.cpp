#include <nabla/op.hpp>

#include "kernels/elementwise.hpp"

namespace nabla {
namespace ops {

Hardtanh::Hardtanh(double min_val_value, double max_val_value) : min_val(min_val_value), max_val(max_val_value) {
  if (!(min_val <= max_val))
    throw ValueError(info.name,
                     fmt::format("The bounds are {} and {}; the lower one must come first", min_val, max_val));
}

constinit const Elementwise Hardtanh::elementwise = kernels::floating<Hardtanh>(  //
    [](auto op, auto x) { return min(max(x, op.min_val), op.max_val); },
    [](auto op, auto u, auto x, auto) { return select((x <= op.min_val) | (x >= op.max_val), 0, u); });

template <Value V>
void Hardtanh::vjp(const Pullback<V>& p) const {
  p.grad[0] = where(p.in[0] <= min_val, 0.0, where(p.in[0] >= max_val, 0.0, p.ct));
}

std::vector<Sample> Hardtanh::samples() {
  std::vector<Sample> samples = elementwise_samples(Hardtanh{}, -0.9, 0.9);
  for (Sample& sample : elementwise_samples(Hardtanh{}, 1.2, 3)) samples.push_back(std::move(sample));
  for (Sample& sample : elementwise_samples(Hardtanh(-0.5, 2), -3, -0.8)) samples.push_back(std::move(sample));
  return samples;
}
std::vector<BadCall> Hardtanh::bad_calls() { return elementwise_bad_calls(Hardtanh{}); }

}  // namespace ops

template const OpTable& op_table<ops::Hardtanh>();

}  // namespace nabla
