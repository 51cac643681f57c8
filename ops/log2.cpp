#include <nabla/op.hpp>
#include <numbers>

#include "kernels/elementwise.hpp"

namespace nabla {
namespace ops {

constinit const Elementwise Log2::elementwise = kernels::floating(  //
    [](auto x) { return log2(x); }, [](auto u, auto x, auto) { return u / (x * std::numbers::ln2); });

template <Value V>
void Log2::vjp(const Pullback<V>& p) const {
  p.grad[0] = p.ct / (p.in[0] * std::numbers::ln2);
}

std::vector<Sample> Log2::samples() { return elementwise_samples(Log2{}, 0.3, 2.5); }
std::vector<BadCall> Log2::bad_calls() { return elementwise_bad_calls(Log2{}); }

}  // namespace ops

template const OpTable& op_table<ops::Log2>();

}  // namespace nabla
