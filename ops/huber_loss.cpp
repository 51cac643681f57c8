#include <nabla/op.hpp>

#include "kernels/loss.hpp"

namespace nabla {
namespace ops {

Shape HuberLoss::infer(Shapes in) const { return kernels::loss_shape(info.name, in); }

constinit const Elementwise HuberLoss::elementwise = kernels::of_residual<HuberLoss>(
    [](const auto& op, auto d) {
      return select(abs(d) <= op.delta, 0.5 * d * d, op.delta * (abs(d) - 0.5 * op.delta));
    },
    [](const auto& op, auto d) { return select(d > op.delta, op.delta, select(d < -op.delta, -op.delta, d)); });

template <Value V>
void HuberLoss::vjp(const Pullback<V>& p) const {
  const V d = p.in[0] - p.in[1];
  kernels::pull_residual(p, p.ct * where(d > delta, delta, where(d < -delta, -delta, d)));
}

std::vector<Sample> HuberLoss::samples() {
  return kernels::loss_samples({{HuberLoss{2.5}, {{{}, -1, 1}, {{}, -1, 1}}},
                                {HuberLoss{0.5}, {{{}, 1, 2}, {{}, -1, 0}}},
                                {HuberLoss{0.5}, {{{}, -1, 0}, {{}, 1, 2}}}});
}

std::vector<BadCall> HuberLoss::bad_calls() { return kernels::loss_bad_calls(HuberLoss{}); }

}  // namespace ops

template const OpTable& op_table<ops::HuberLoss>();

}  // namespace nabla
