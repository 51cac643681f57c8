#include <nabla/op.hpp>
#include <numbers>

#include "kernels/elementwise.hpp"

namespace nabla {
namespace ops {

constinit const Elementwise Exp2::elementwise = kernels::floating(  //
    [](auto x) { return exp2(x); }, [](auto u, auto, auto y) { return u * (y * std::numbers::ln2); });

template <Value V>
void Exp2::vjp(const Pullback<V>& p) const {
  p.grad[0] = p.ct * (p.out * std::numbers::ln2);
}

std::vector<Sample> Exp2::samples() { return elementwise_samples(Exp2{}); }
std::vector<BadCall> Exp2::bad_calls() { return elementwise_bad_calls(Exp2{}); }

}  // namespace ops

template const OpTable& op_table<ops::Exp2>();

}  // namespace nabla
