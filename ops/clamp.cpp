#include <limits>
#include <nabla/op.hpp>

#include "_attributes.hpp"
#include "_samples.hpp"
#include "kernels/elementwise.hpp"

namespace nabla {
namespace ops {

Clamp::Clamp(double from, double to) : low(from), high(to) { require_ordered(info.name, low, high); }

constinit const Elementwise Clamp::elementwise = kernels::floating<Clamp>(  //
    [](auto op, auto x) { return min(max(x, op.low), op.high); },
    [](auto op, auto u, auto x, auto) { return select((x >= op.low) & (x <= op.high), u, 0); });

template <Value V>
void Clamp::vjp(const Pullback<V>& p) const {
  p.grad[0] = where(p.in[0] >= low, where(p.in[0] <= high, p.ct, 0.0), 0.0);
}

std::vector<Sample> Clamp::samples() {
  return joined({elementwise_samples(Clamp(-1, 1), -0.9, 0.9), elementwise_samples(Clamp(-1, 1), 1.2, 3),
                 elementwise_samples(Clamp(0.5, std::numeric_limits<double>::infinity()), -2, 0.4)});
}
std::vector<BadCall> Clamp::bad_calls() { return elementwise_bad_calls(Clamp(-1, 1)); }

}  // namespace ops

template const OpTable& op_table<ops::Clamp>();

}  // namespace nabla
