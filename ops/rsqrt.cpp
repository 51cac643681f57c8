#include <nabla/op.hpp>

#include "kernels/elementwise.hpp"

namespace nabla {
namespace ops {

constinit const Elementwise Rsqrt::elementwise = kernels::floating(  //
    [](auto x) { return 1 / sqrt(x); }, [](auto u, auto x, auto y) { return u * (-0.5 * y / x); });

template <Value V>
void Rsqrt::vjp(const Pullback<V>& p) const {
  p.grad[0] = p.ct * (-0.5 * p.out / p.in[0]);
}

std::vector<Sample> Rsqrt::samples() { return elementwise_samples(Rsqrt{}, 0.3, 2.5); }
std::vector<BadCall> Rsqrt::bad_calls() { return elementwise_bad_calls(Rsqrt{}); }

}  // namespace ops

template const OpTable& op_table<ops::Rsqrt>();

}  // namespace nabla
