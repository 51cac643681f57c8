#include <nabla/op.hpp>

#include "kernels/elementwise.hpp"

namespace nabla {
namespace ops {

constinit const Elementwise Tanh::elementwise = kernels::floating(  //
    [](auto x) { return tanh(x); }, [](auto u, auto x, auto y) { return u * tanh_derivative(x, y); });

template <Value V>
void Tanh::vjp(const Pullback<V>& p) const {
  p.grad[0] = tanh_vjp(p.ct, p.in[0], p.out);
}

std::vector<Sample> Tanh::samples() { return elementwise_samples(Tanh{}); }
std::vector<BadCall> Tanh::bad_calls() { return elementwise_bad_calls(Tanh{}); }

}  // namespace ops

template const OpTable& op_table<ops::Tanh>();

}  // namespace nabla
