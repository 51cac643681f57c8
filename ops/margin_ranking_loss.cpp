#include <nabla/op.hpp>

#include "kernels/loss.hpp"

namespace nabla {
namespace ops {

Shape MarginRankingLoss::infer(Shapes in) const { return kernels::loss_shape(info.name, in); }

constinit const Elementwise MarginRankingLoss::elementwise = kernels::floating<MarginRankingLoss>(
    [](const auto& op, auto x1, auto x2, auto y) {
      const auto short_of = op.margin - y * (x1 - x2);
      return select(short_of < 0, 0, short_of);
    },
    [](const auto& op, auto u, auto x1, auto x2, auto y, auto) {
      return select(op.margin - y * (x1 - x2) > 0, -(u * y), 0);
    },
    [](const auto& op, auto u, auto x1, auto x2, auto y, auto) {
      return select(op.margin - y * (x1 - x2) > 0, u * y, 0);
    },
    [](const auto& op, auto u, auto x1, auto x2, auto y, auto) {
      return select(op.margin - y * (x1 - x2) > 0, u * (x2 - x1), 0);
    });

template <Value V>
void MarginRankingLoss::vjp(const Pullback<V>& p) const {
  const V &x1 = p.in[0], &x2 = p.in[1], &y = p.in[2];
  const V falls_short = margin - y * (x1 - x2) > 0.0;
  if (p.needs[0]) p.grad[0] = where(falls_short, -(p.ct * y), 0.0);
  if (p.needs[1]) p.grad[1] = where(falls_short, p.ct * y, 0.0);
  if (p.needs[2]) p.grad[2] = where(falls_short, p.ct * (x2 - x1), 0.0);
}

std::vector<Sample> MarginRankingLoss::samples() {
  return kernels::loss_samples({{MarginRankingLoss{}, {{{}, -2, 0}, {{}, 0.1, 2}, {{}, 0.5, 1}}},
                                {MarginRankingLoss{0.5}, {{{}, 2, 3}, {{}, -2, 0}, {{}, 0.5, 1}}}});
}

std::vector<BadCall> MarginRankingLoss::bad_calls() { return kernels::loss_bad_calls(MarginRankingLoss{}); }

}  // namespace ops

template const OpTable& op_table<ops::MarginRankingLoss>();

}  // namespace nabla
