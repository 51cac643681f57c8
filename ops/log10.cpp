#include <nabla/op.hpp>
#include <numbers>

#include "kernels/elementwise.hpp"

namespace nabla {
namespace ops {

constinit const Elementwise Log10::elementwise = kernels::floating(  //
    [](auto x) { return log10(x); }, [](auto u, auto x, auto) { return u / (x * std::numbers::ln10); });

template <Value V>
void Log10::vjp(const Pullback<V>& p) const {
  p.grad[0] = p.ct / (p.in[0] * std::numbers::ln10);
}

std::vector<Sample> Log10::samples() { return elementwise_samples(Log10{}, 0.3, 2.5); }
std::vector<BadCall> Log10::bad_calls() { return elementwise_bad_calls(Log10{}); }

}  // namespace ops

template const OpTable& op_table<ops::Log10>();

}  // namespace nabla
