#include <nabla/op.hpp>

#include "_one_minus_square.hpp"
#include "kernels/elementwise.hpp"

namespace nabla {
namespace ops {

constinit const Elementwise Acos::elementwise = kernels::floating(  //
    [](auto x) { return acos(x); }, [](auto u, auto x, auto) { return -u / sqrt((1 - x) * (1 + x)); });

template <Value V>
void Acos::vjp(const Pullback<V>& p) const {
  p.grad[0] = -p.ct / sqrt(one_minus_square(p.in[0]));
}

std::vector<Sample> Acos::samples() { return elementwise_samples(Acos{}, -0.9, 0.9); }
std::vector<BadCall> Acos::bad_calls() { return elementwise_bad_calls(Acos{}); }

}  // namespace ops

template const OpTable& op_table<ops::Acos>();

}  // namespace nabla
