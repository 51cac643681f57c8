#include <nabla/op.hpp>

#include "kernels/elementwise.hpp"

namespace nabla {
namespace ops {

constinit const Elementwise Exp::elementwise = kernels::floating(  //
    [](auto x) { return exp(x); }, [](auto u, auto, auto y) { return u * y; });

template <Value V>
void Exp::vjp(const Pullback<V>& p) const {
  p.grad[0] = p.ct * p.out;
}

std::vector<Sample> Exp::samples() { return elementwise_samples(Exp{}); }
std::vector<BadCall> Exp::bad_calls() { return elementwise_bad_calls(Exp{}); }

}  // namespace ops

template const OpTable& op_table<ops::Exp>();

}  // namespace nabla
