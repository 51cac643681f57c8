#include <nabla/op.hpp>

#include "kernels/loss.hpp"

namespace nabla {
namespace ops {

Shape BceWithLogits::infer(Shapes in) const { return kernels::loss_shape(info.name, in); }

constinit const Elementwise BceWithLogits::elementwise =
    kernels::floating([](auto z, auto y) { return select(z > 0, (1 - y) * z, -(y * z)) + softplus(-abs(z)); },
                      [](auto u, auto z, auto y, auto) { return u * ((1 - y) * sigmoid(z) - y * sigmoid(-z)); },
                      [](auto u, auto z, auto, auto) { return -(u * z); });

template <Value V>
void BceWithLogits::vjp(const Pullback<V>& p) const {
  const V &z = p.in[0], &y = p.in[1];
  // σ(z) − y, with all digits for targets of 0 and 1
  if (p.needs[0]) p.grad[0] = p.ct * ((1.0 - y) * sigmoid(z) - y * sigmoid(-z));
  if (p.needs[1]) p.grad[1] = -(p.ct * z);
}

std::vector<Sample> BceWithLogits::samples() {
  return kernels::loss_samples({{BceWithLogits{}, {{{}, -4, 4}, {{}, 0, 1}}}});
}

std::vector<BadCall> BceWithLogits::bad_calls() { return kernels::loss_bad_calls(BceWithLogits{}); }

}  // namespace ops

template const OpTable& op_table<ops::BceWithLogits>();

}  // namespace nabla
