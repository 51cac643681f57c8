#include <nabla/op.hpp>

#include "kernels/elementwise.hpp"

namespace nabla {
namespace ops {

constinit const Elementwise Sigmoid::elementwise = kernels::floating(  //
    [](auto x) { return sigmoid(x); }, [](auto u, auto x, auto y) { return u * sigmoid_derivative(x, y); });

template <Value V>
void Sigmoid::vjp(const Pullback<V>& p) const {
  p.grad[0] = p.ct * logistic_density(p.in[0]);  // not y (1 − y), which loses its digits as y nears 1
}

std::vector<Sample> Sigmoid::samples() { return elementwise_samples(Sigmoid{}); }
std::vector<BadCall> Sigmoid::bad_calls() { return elementwise_bad_calls(Sigmoid{}); }

}  // namespace ops

template const OpTable& op_table<ops::Sigmoid>();

}  // namespace nabla
