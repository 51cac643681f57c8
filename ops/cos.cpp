#include <nabla/op.hpp>

#include "kernels/elementwise.hpp"

namespace nabla {
namespace ops {

constinit const Elementwise Cos::elementwise = kernels::floating(  //
    [](auto x) { return cos(x); }, [](auto u, auto x, auto) { return -u * sin(x); });

template <Value V>
void Cos::vjp(const Pullback<V>& p) const {
  p.grad[0] = -p.ct * sin(p.in[0]);
}

std::vector<Sample> Cos::samples() { return elementwise_samples(Cos{}); }
std::vector<BadCall> Cos::bad_calls() { return elementwise_bad_calls(Cos{}); }

}  // namespace ops

template const OpTable& op_table<ops::Cos>();

}  // namespace nabla
