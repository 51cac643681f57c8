#include <nabla/op.hpp>

#include "kernels/loss.hpp"

namespace nabla {
namespace ops {

Shape KlDiv::infer(Shapes in) const { return kernels::loss_shape(info.name, in); }

constinit const Elementwise KlDiv::elementwise = kernels::floating<KlDiv>(
    [](const auto& op, auto a, auto y) {
      return op.log_target ? exp(y) * (y - a) : select(y == 0, 0, y * (log(y) - a));
    },
    [](const auto& op, auto u, auto, auto y, auto) { return -(u * (op.log_target ? exp(y) : y)); },
    [](const auto& op, auto u, auto a, auto y, auto) {
      return u * (op.log_target ? exp(y) * (y - a + 1) : log(y) - a + 1);
    });

template <Value V>
void KlDiv::vjp(const Pullback<V>& p) const {
  const V &a = p.in[0], &y = p.in[1];
  if (p.needs[0]) p.grad[0] = -(p.ct * (log_target ? exp(y) : y));
  if (p.needs[1]) p.grad[1] = p.ct * (log_target ? exp(y) * (y - a + 1.0) : log(y) - a + 1.0);
}

std::vector<Sample> KlDiv::samples() {
  return kernels::loss_samples({{KlDiv{}, {{{}, -3, 0}, {{}, 0.1, 1}}}, {KlDiv{true}, {{{}, -3, 0}, {{}, 0.1, 1}}}});
}

std::vector<BadCall> KlDiv::bad_calls() { return kernels::loss_bad_calls(KlDiv{}); }

}  // namespace ops

template const OpTable& op_table<ops::KlDiv>();

}  // namespace nabla
