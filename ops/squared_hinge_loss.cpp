#include <nabla/op.hpp>

#include "kernels/loss.hpp"

namespace nabla {
namespace ops {

Shape SquaredHingeLoss::infer(Shapes in) const { return kernels::loss_shape(info.name, in); }

constinit const Elementwise SquaredHingeLoss::elementwise = kernels::of_margin<SquaredHingeLoss>(
    [](auto, auto m) {
      const auto short_of = select(m > 1, 0, 1 - m);
      return short_of * short_of;
    },
    [](auto, auto m) { return -2 * select(m > 1, 0, 1 - m); });

template <Value V>
void SquaredHingeLoss::vjp(const Pullback<V>& p) const {
  const V m = p.in[1] * p.in[0];
  kernels::pull_margin(p, p.ct * (-2.0 * where(m > 1.0, 0.0, 1.0 - m)));
}

std::vector<Sample> SquaredHingeLoss::samples() {
  return kernels::loss_samples(
      {{SquaredHingeLoss{}, {{{}, -2, 0.4}, {{}, 0.5, 2}}}, {SquaredHingeLoss{}, {{{}, 1.1, 2}, {{}, 1, 2}}}});
}

std::vector<BadCall> SquaredHingeLoss::bad_calls() { return kernels::loss_bad_calls(SquaredHingeLoss{}); }

}  // namespace ops

template const OpTable& op_table<ops::SquaredHingeLoss>();

}  // namespace nabla
