#include <nabla/op.hpp>

#include "kernels/elementwise.hpp"

namespace nabla {
namespace ops {

constinit const Elementwise DropoutMask::elementwise = kernels::floating<DropoutMask>(
    [](const auto& op, auto x, auto mask) { return x * mask * op.scale(); },
    [](const auto& op, auto u, auto, auto mask, auto) { return u * (mask * op.scale()); },
    [](const auto& op, auto u, auto x, auto, auto) { return u * (x * op.scale()); });

template <Value V>
void DropoutMask::vjp(const Pullback<V>& p) const {
  if (p.needs[0]) p.grad[0] = sum_to(p.ct * (p.in[1] * scale()), p.in[0].shape());
  if (p.needs[1]) p.grad[1] = sum_to(p.ct * (p.in[0] * scale()), p.in[1].shape());
}

std::vector<Sample> DropoutMask::samples() {
  std::vector<Sample> samples = elementwise_samples(DropoutMask{0.3});
  samples.push_back({DropoutMask{1}, {Shape{2, 3}, Shape{2, 3}}});
  return samples;
}
std::vector<BadCall> DropoutMask::bad_calls() { return elementwise_bad_calls(DropoutMask{}); }

}  // namespace ops

template const OpTable& op_table<ops::DropoutMask>();

}  // namespace nabla
