#include <nabla/op.hpp>

#include "kernels/loss.hpp"

namespace nabla {
namespace ops {

Shape HingeLoss::infer(Shapes in) const { return kernels::loss_shape(info.name, in); }

constinit const Elementwise HingeLoss::elementwise = kernels::of_margin<HingeLoss>(
    [](auto, auto m) { return select(m > 1, 0, 1 - m); }, [](auto, auto m) { return select(m < 1, -1, 0); });

template <Value V>
void HingeLoss::vjp(const Pullback<V>& p) const {
  kernels::pull_margin(p, where(p.in[1] * p.in[0] < 1.0, -p.ct, 0.0));
}

std::vector<Sample> HingeLoss::samples() {
  return kernels::loss_samples(
      {{HingeLoss{}, {{{}, -2, 0.4}, {{}, 0.5, 2}}}, {HingeLoss{}, {{{}, 1.1, 2}, {{}, 1, 2}}}});
}

std::vector<BadCall> HingeLoss::bad_calls() { return kernels::loss_bad_calls(HingeLoss{}); }

}  // namespace ops

template const OpTable& op_table<ops::HingeLoss>();

}  // namespace nabla
