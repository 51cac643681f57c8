#include <nabla/op.hpp>

#include "kernels/elementwise.hpp"

namespace nabla {
namespace ops {

constinit const Elementwise Square::elementwise = kernels::any(  //
    [](auto x) { return x * x; }, [](auto u, auto x, auto) { return u * (2 * x); });

template <Value V>
void Square::vjp(const Pullback<V>& p) const {
  p.grad[0] = p.ct * (2.0 * p.in[0]);
}

std::vector<Sample> Square::samples() { return elementwise_samples(Square{}); }
std::vector<BadCall> Square::bad_calls() { return elementwise_bad_calls(Square{}); }

}  // namespace ops

template const OpTable& op_table<ops::Square>();

}  // namespace nabla
