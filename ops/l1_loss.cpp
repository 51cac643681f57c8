#include <nabla/op.hpp>

#include "kernels/loss.hpp"

namespace nabla {
namespace ops {

Shape L1Loss::infer(Shapes in) const { return kernels::loss_shape(info.name, in); }

constinit const Elementwise L1Loss::elementwise = kernels::of_residual<L1Loss>(
    [](auto, auto d) { return abs(d); }, [](auto, auto d) { return select(d > 0, 1, select(d < 0, -1, d)); });

template <Value V>
void L1Loss::vjp(const Pullback<V>& p) const {
  const V d = p.in[0] - p.in[1];
  kernels::pull_residual(p, p.ct * kernels::slope_of_magnitude(d));
}

std::vector<Sample> L1Loss::samples() {
  return kernels::loss_samples({{L1Loss{}, {{{}, 0, 2}, {{}, -3, -0.5}}}, {L1Loss{}, {{{}, -3, -0.5}, {{}, 0, 2}}}});
}

std::vector<BadCall> L1Loss::bad_calls() { return kernels::loss_bad_calls(L1Loss{}); }

}  // namespace ops

template const OpTable& op_table<ops::L1Loss>();

}  // namespace nabla
