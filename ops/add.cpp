#include <nabla/op.hpp>

#include "kernels/elementwise.hpp"

namespace nabla {
namespace ops {

constinit const Elementwise Add::elementwise = kernels::any(  //
    [](auto a, auto b) { return a + b; }, [](auto u, auto, auto, auto) { return u; },
    [](auto u, auto, auto, auto) { return u; });

template <Value V>
void Add::vjp(const Pullback<V>& p) const {
  if (p.needs[0]) p.grad[0] = sum_to(p.ct, p.in[0].shape());
  if (p.needs[1]) p.grad[1] = sum_to(p.ct, p.in[1].shape());
}

std::vector<Sample> Add::samples() { return elementwise_samples(Add{}); }
std::vector<BadCall> Add::bad_calls() { return elementwise_bad_calls(Add{}); }

}  // namespace ops

template const OpTable& op_table<ops::Add>();

}  // namespace nabla
