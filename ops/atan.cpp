#include <nabla/op.hpp>

#include "kernels/elementwise.hpp"

namespace nabla {
namespace ops {

constinit const Elementwise Atan::elementwise = kernels::floating(  //
    [](auto x) { return atan(x); }, [](auto u, auto x, auto) { return u / (1 + x * x); });

template <Value V>
void Atan::vjp(const Pullback<V>& p) const {
  p.grad[0] = p.ct * square(1.0 / hypot(p.in[0], 1.0));  // 1 / (1 + x²), where x² may overflow
}

std::vector<Sample> Atan::samples() { return elementwise_samples(Atan{}); }
std::vector<BadCall> Atan::bad_calls() { return elementwise_bad_calls(Atan{}); }

}  // namespace ops

template const OpTable& op_table<ops::Atan>();

}  // namespace nabla
