#include <nabla/op.hpp>

#include "kernels/elementwise.hpp"

namespace nabla {
namespace ops {

constinit const Elementwise Tanhshrink::elementwise = kernels::floating(  //
    [](auto x) { return tanhshrink(x); }, [](auto u, auto x, auto) { return u * (tanh(x) * tanh(x)); });

template <Value V>
void Tanhshrink::vjp(const Pullback<V>& p) const {
  p.grad[0] = p.ct * square(tanh(p.in[0]));
}

std::vector<Sample> Tanhshrink::samples() { return elementwise_samples(Tanhshrink{}); }
std::vector<BadCall> Tanhshrink::bad_calls() { return elementwise_bad_calls(Tanhshrink{}); }

}  // namespace ops

template const OpTable& op_table<ops::Tanhshrink>();

}  // namespace nabla
