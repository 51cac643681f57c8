#include <nabla/op.hpp>

#include "kernels/loss.hpp"

namespace nabla {
namespace ops {

Shape SoftMarginLoss::infer(Shapes in) const { return kernels::loss_shape(info.name, in); }

constinit const Elementwise SoftMarginLoss::elementwise = kernels::of_margin<SoftMarginLoss>(
    [](auto, auto m) { return softplus(-m); }, [](auto, auto m) { return -sigmoid(-m); });

template <Value V>
void SoftMarginLoss::vjp(const Pullback<V>& p) const {
  kernels::pull_margin(p, p.ct * -sigmoid(-(p.in[1] * p.in[0])));
}

std::vector<Sample> SoftMarginLoss::samples() { return kernels::loss_samples({{SoftMarginLoss{}, {{{}}, {{}}}}}); }

std::vector<BadCall> SoftMarginLoss::bad_calls() { return kernels::loss_bad_calls(SoftMarginLoss{}); }

}  // namespace ops

template const OpTable& op_table<ops::SoftMarginLoss>();

}  // namespace nabla
