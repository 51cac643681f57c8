#include <nabla/op.hpp>

#include "_one_minus_square.hpp"
#include "kernels/elementwise.hpp"

namespace nabla {
namespace ops {

constinit const Elementwise Asin::elementwise = kernels::floating(  //
    [](auto x) { return asin(x); }, [](auto u, auto x, auto) { return u / sqrt((1 - x) * (1 + x)); });

template <Value V>
void Asin::vjp(const Pullback<V>& p) const {
  p.grad[0] = p.ct / sqrt(one_minus_square(p.in[0]));
}

std::vector<Sample> Asin::samples() { return elementwise_samples(Asin{}, -0.9, 0.9); }
std::vector<BadCall> Asin::bad_calls() { return elementwise_bad_calls(Asin{}); }

}  // namespace ops

template const OpTable& op_table<ops::Asin>();

}  // namespace nabla
