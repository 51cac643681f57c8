#include <nabla/op.hpp>

#include "kernels/elementwise.hpp"

namespace nabla {
namespace ops {

constinit const Elementwise Logsigmoid::elementwise = kernels::floating(  //
    [](auto x) { return -softplus(-x); }, [](auto u, auto x, auto) { return u * sigmoid(-x); });

template <Value V>
void Logsigmoid::vjp(const Pullback<V>& p) const {
  p.grad[0] = p.ct * sigmoid(-p.in[0]);
}

std::vector<Sample> Logsigmoid::samples() { return elementwise_samples(Logsigmoid{}); }
std::vector<BadCall> Logsigmoid::bad_calls() { return elementwise_bad_calls(Logsigmoid{}); }

}  // namespace ops

template const OpTable& op_table<ops::Logsigmoid>();

}  // namespace nabla
