#include <nabla/op.hpp>

#include "kernels/elementwise.hpp"

namespace nabla {
namespace ops {

constinit const Elementwise Log::elementwise = kernels::floating(  //
    [](auto x) { return log(x); }, [](auto u, auto x, auto) { return u / x; });

template <Value V>
void Log::vjp(const Pullback<V>& p) const {
  p.grad[0] = p.ct / p.in[0];
}

std::vector<Sample> Log::samples() { return elementwise_samples(Log{}, 0.3, 2.5); }
std::vector<BadCall> Log::bad_calls() { return elementwise_bad_calls(Log{}); }

}  // namespace ops

template const OpTable& op_table<ops::Log>();

}  // namespace nabla
