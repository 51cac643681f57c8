#include <nabla/op.hpp>

#include "kernels/elementwise.hpp"

namespace nabla {
namespace ops {

constinit const Elementwise Acosh::elementwise = kernels::floating(  //
    [](auto x) { return acosh(x); }, [](auto u, auto x, auto) { return u / (sqrt(abs(x) - 1) * sqrt(abs(x) + 1)); });

template <Value V>
void Acosh::vjp(const Pullback<V>& p) const {
  // √(x² − 1) in two factors: x² may overflow, and 1 may be lost beside it
  const V size = abs(p.in[0]);
  p.grad[0] = p.ct / (sqrt(size - 1.0) * sqrt(size + 1.0));
}

std::vector<Sample> Acosh::samples() { return elementwise_samples(Acosh{}, 1.2, 3); }
std::vector<BadCall> Acosh::bad_calls() { return elementwise_bad_calls(Acosh{}); }

}  // namespace ops

template const OpTable& op_table<ops::Acosh>();

}  // namespace nabla
