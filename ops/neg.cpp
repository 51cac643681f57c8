#include <nabla/op.hpp>

#include "kernels/elementwise.hpp"

namespace nabla {
namespace ops {

constinit const Elementwise Neg::elementwise = kernels::any(  //
    [](auto x) { return -x; }, [](auto u, auto, auto) { return -u; });

template <Value V>
void Neg::vjp(const Pullback<V>& p) const {
  p.grad[0] = -p.ct;
}

std::vector<Sample> Neg::samples() { return elementwise_samples(Neg{}); }
std::vector<BadCall> Neg::bad_calls() { return elementwise_bad_calls(Neg{}); }

}  // namespace ops

template const OpTable& op_table<ops::Neg>();

}  // namespace nabla
