#include <nabla/op.hpp>

#include "kernels/elementwise.hpp"

namespace nabla {
namespace ops {

constinit const Elementwise LogisticDensity::elementwise = kernels::floating(  //
    [](auto x) { return logistic_density(x); }, [](auto u, auto x, auto y) { return u * (y * -tanh(0.5 * x)); });

template <Value V>
void LogisticDensity::vjp(const Pullback<V>& p) const {
  p.grad[0] = p.ct * (p.out * -tanh(0.5 * p.in[0]));
}

std::vector<Sample> LogisticDensity::samples() { return elementwise_samples(LogisticDensity{}); }
std::vector<BadCall> LogisticDensity::bad_calls() { return elementwise_bad_calls(LogisticDensity{}); }

}  // namespace ops

template const OpTable& op_table<ops::LogisticDensity>();

}  // namespace nabla
