#include <nabla/op.hpp>

#include "_one_minus_square.hpp"
#include "kernels/elementwise.hpp"

namespace nabla {
namespace ops {

constinit const Elementwise Atanh::elementwise = kernels::floating(  //
    [](auto x) { return atanh(x); }, [](auto u, auto x, auto) { return u / ((1 - x) * (1 + x)); });

template <Value V>
void Atanh::vjp(const Pullback<V>& p) const {
  p.grad[0] = p.ct / one_minus_square(p.in[0]);
}

std::vector<Sample> Atanh::samples() { return elementwise_samples(Atanh{}, -0.9, 0.9); }
std::vector<BadCall> Atanh::bad_calls() { return elementwise_bad_calls(Atanh{}); }

}  // namespace ops

template const OpTable& op_table<ops::Atanh>();

}  // namespace nabla
