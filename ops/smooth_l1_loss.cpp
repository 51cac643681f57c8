#include <nabla/op.hpp>

#include "kernels/loss.hpp"

namespace nabla {
namespace ops {

Shape SmoothL1Loss::infer(Shapes in) const { return kernels::loss_shape(info.name, in); }

constinit const Elementwise SmoothL1Loss::elementwise = kernels::of_residual<SmoothL1Loss>(
    [](const auto& op, auto d) { return select(abs(d) < op.beta, 0.5 * d * d / op.beta, abs(d) - 0.5 * op.beta); },
    [](const auto& op, auto d) {
      return select(abs(d) < op.beta, d / op.beta, select(d > 0, 1, select(d < 0, -1, d)));
    });

template <Value V>
void SmoothL1Loss::vjp(const Pullback<V>& p) const {
  const V d = p.in[0] - p.in[1];
  const V outside = kernels::slope_of_magnitude(d);
  kernels::pull_residual(p, p.ct * (beta == 0 ? outside : where(abs(d) < beta, d / beta, outside)));
}

std::vector<Sample> SmoothL1Loss::samples() {
  return kernels::loss_samples({{SmoothL1Loss{2.5}, {{{}, -1, 1}, {{}, -1, 1}}},
                                {SmoothL1Loss{0.5}, {{{}, 1, 2}, {{}, -1, 0}}},
                                {SmoothL1Loss{0}, {{{}, -1, 0}, {{}, 1, 2}}}});
}

std::vector<BadCall> SmoothL1Loss::bad_calls() { return kernels::loss_bad_calls(SmoothL1Loss{}); }

}  // namespace ops

template const OpTable& op_table<ops::SmoothL1Loss>();

}  // namespace nabla
