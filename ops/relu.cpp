#include <nabla/op.hpp>

#include "kernels/elementwise.hpp"

namespace nabla {
namespace ops {

constinit const Elementwise Relu::elementwise = kernels::floating(  //
    [](auto x) { return select(x < 0, 0, x); }, [](auto u, auto x, auto) { return select(x <= 0, 0, u); });

template <Value V>
void Relu::vjp(const Pullback<V>& p) const {
  p.grad[0] = where(p.in[0] <= 0.0, 0.0, p.ct);
}

std::vector<Sample> Relu::samples() { return samples_beside_zero(Relu{}); }
std::vector<BadCall> Relu::bad_calls() { return elementwise_bad_calls(Relu{}); }

}  // namespace ops

template const OpTable& op_table<ops::Relu>();

}  // namespace nabla
