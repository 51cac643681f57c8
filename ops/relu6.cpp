#include <nabla/op.hpp>

#include "_samples.hpp"
#include "kernels/elementwise.hpp"

namespace nabla {
namespace ops {

constinit const Elementwise Relu6::elementwise = kernels::floating(  //
    [](auto x) { return min(max(x, 0), 6); }, [](auto u, auto x, auto) { return select((x <= 0) | (x >= 6), 0, u); });

template <Value V>
void Relu6::vjp(const Pullback<V>& p) const {
  p.grad[0] = where(p.in[0] <= 0.0, 0.0, where(p.in[0] >= 6.0, 0.0, p.ct));
}

std::vector<Sample> Relu6::samples() {
  return joined(
      {samples_beside_zero(Relu6{}), elementwise_samples(Relu6{}, 4, 5.5), elementwise_samples(Relu6{}, 6.5, 8)});
}
std::vector<BadCall> Relu6::bad_calls() { return elementwise_bad_calls(Relu6{}); }

}  // namespace ops

template const OpTable& op_table<ops::Relu6>();

}  // namespace nabla
