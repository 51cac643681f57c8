#include <nabla/op.hpp>

#include "kernels/elementwise.hpp"

namespace nabla {
namespace ops {

constinit const Elementwise Reciprocal::elementwise = kernels::floating(  //
    [](auto x) { return 1 / x; }, [](auto u, auto, auto y) { return -u * (y * y); });

template <Value V>
void Reciprocal::vjp(const Pullback<V>& p) const {
  p.grad[0] = -p.ct * square(p.out);
}

std::vector<Sample> Reciprocal::samples() { return samples_beside_zero(Reciprocal{}); }
std::vector<BadCall> Reciprocal::bad_calls() { return elementwise_bad_calls(Reciprocal{}); }

}  // namespace ops

template const OpTable& op_table<ops::Reciprocal>();

}  // namespace nabla
