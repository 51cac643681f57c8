#include <nabla/op.hpp>

#include "_samples.hpp"
#include "kernels/elementwise.hpp"

namespace nabla {
namespace ops {

constinit const Elementwise Hardswish::elementwise = kernels::floating(  //
    [](auto x) { return x * min(max(x + 3, 0), 6) / 6; },
    [](auto u, auto x, auto) { return select(x < -3, 0, select(x < 3, u * (x / 3 + 0.5), u)); });

template <Value V>
void Hardswish::vjp(const Pullback<V>& p) const {
  const V& x = p.in[0];
  p.grad[0] = where(x < -3.0, 0.0, where(x < 3.0, p.ct * (x / 3.0 + 0.5), p.ct));
}

std::vector<Sample> Hardswish::samples() {
  return joined({elementwise_samples(Hardswish{}, -2.5, 2.5), elementwise_samples(Hardswish{}, 3.5, 5),
                 elementwise_samples(Hardswish{}, -5, -3.5)});
}
std::vector<BadCall> Hardswish::bad_calls() { return elementwise_bad_calls(Hardswish{}); }

}  // namespace ops

template const OpTable& op_table<ops::Hardswish>();

}  // namespace nabla
