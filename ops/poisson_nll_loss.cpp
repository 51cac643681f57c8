#include <nabla/op.hpp>

#include "kernels/loss.hpp"

namespace nabla {
namespace ops {

Shape PoissonNllLoss::infer(Shapes in) const { return kernels::loss_shape(info.name, in); }

constinit const Elementwise PoissonNllLoss::elementwise = kernels::floating<PoissonNllLoss>(
    [](const auto& op, auto a, auto y) { return op.log_input ? exp(a) - y * a : a - y * log(a + op.eps); },
    [](const auto& op, auto u, auto a, auto y, auto) { return u * (op.log_input ? exp(a) - y : 1 - y / (a + op.eps)); },
    [](const auto& op, auto u, auto a, auto, auto) { return -(u * (op.log_input ? a : log(a + op.eps))); });

template <Value V>
void PoissonNllLoss::vjp(const Pullback<V>& p) const {
  const V &a = p.in[0], &y = p.in[1];
  if (p.needs[0]) p.grad[0] = p.ct * (log_input ? exp(a) - y : 1.0 - y / (a + eps));
  if (p.needs[1]) p.grad[1] = -(p.ct * (log_input ? a : log(a + eps)));
}

std::vector<Sample> PoissonNllLoss::samples() {
  return kernels::loss_samples(
      {{PoissonNllLoss{}, {{{}, 0.3, 2}, {{}, 0, 3}}}, {PoissonNllLoss{false}, {{{}, 0.3, 2}, {{}, 0, 3}}}});
}

std::vector<BadCall> PoissonNllLoss::bad_calls() { return kernels::loss_bad_calls(PoissonNllLoss{}); }

}  // namespace ops

template const OpTable& op_table<ops::PoissonNllLoss>();

}  // namespace nabla
