#include <nabla/op.hpp>

#include "kernels/elementwise.hpp"

namespace nabla {
namespace ops {

constinit const Elementwise Log1p::elementwise = kernels::floating(  //
    [](auto x) { return log1p(x); }, [](auto u, auto x, auto) { return u / (1 + x); });

template <Value V>
void Log1p::vjp(const Pullback<V>& p) const {
  p.grad[0] = p.ct / (1.0 + p.in[0]);
}

std::vector<Sample> Log1p::samples() { return elementwise_samples(Log1p{}, -0.7, 2); }
std::vector<BadCall> Log1p::bad_calls() { return elementwise_bad_calls(Log1p{}); }

}  // namespace ops

template const OpTable& op_table<ops::Log1p>();

}  // namespace nabla
