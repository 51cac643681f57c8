#include <nabla/op.hpp>

#include "_attributes.hpp"
#include "_samples.hpp"
#include "kernels/elementwise.hpp"

namespace nabla {
namespace ops {

Hardtanh::Hardtanh(double from, double to) : min_val(from), max_val(to) {
  require_ordered(info.name, min_val, max_val);
}

constinit const Elementwise Hardtanh::elementwise = kernels::floating<Hardtanh>(  //
    [](auto op, auto x) { return min(max(x, op.min_val), op.max_val); },
    [](auto op, auto u, auto x, auto) { return select((x <= op.min_val) | (x >= op.max_val), 0, u); });

template <Value V>
void Hardtanh::vjp(const Pullback<V>& p) const {
  p.grad[0] = where(p.in[0] <= min_val, 0.0, where(p.in[0] >= max_val, 0.0, p.ct));
}

std::vector<Sample> Hardtanh::samples() {
  return joined({elementwise_samples(Hardtanh{}, -0.9, 0.9), elementwise_samples(Hardtanh{}, 1.2, 3),
                 elementwise_samples(Hardtanh(-0.5, 2), -3, -0.8)});
}
std::vector<BadCall> Hardtanh::bad_calls() { return elementwise_bad_calls(Hardtanh{}); }

}  // namespace ops

template const OpTable& op_table<ops::Hardtanh>();

}  // namespace nabla
