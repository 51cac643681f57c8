#include <nabla/op.hpp>

#include "kernels/elementwise.hpp"

namespace nabla {
namespace ops {

constinit const Elementwise Sqrt::elementwise = kernels::floating(  //
    [](auto x) { return sqrt(x); }, [](auto u, auto, auto y) { return u / (2 * y); });

template <Value V>
void Sqrt::vjp(const Pullback<V>& p) const {
  p.grad[0] = p.ct / (2.0 * p.out);
}

std::vector<Sample> Sqrt::samples() { return elementwise_samples(Sqrt{}, 0.3, 2.5); }
std::vector<BadCall> Sqrt::bad_calls() { return elementwise_bad_calls(Sqrt{}); }

}  // namespace ops

template const OpTable& op_table<ops::Sqrt>();

}  // namespace nabla
