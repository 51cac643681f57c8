#include <nabla/op.hpp>

#include "kernels/elementwise.hpp"

namespace nabla {
namespace ops {

constinit const Elementwise Tan::elementwise = kernels::floating(  //
    [](auto x) { return tan(x); }, [](auto u, auto, auto y) { return u * (1 + y * y); });

template <Value V>
void Tan::vjp(const Pullback<V>& p) const {
  p.grad[0] = p.ct * (1.0 + square(p.out));
}

std::vector<Sample> Tan::samples() { return elementwise_samples(Tan{}, -1.3, 1.3); }
std::vector<BadCall> Tan::bad_calls() { return elementwise_bad_calls(Tan{}); }

}  // namespace ops

template const OpTable& op_table<ops::Tan>();

}  // namespace nabla
