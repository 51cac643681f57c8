#include <nabla/op.hpp>

#include "_samples.hpp"
#include "kernels/elementwise.hpp"

namespace nabla {
namespace ops {

constinit const Elementwise PowScalar::elementwise = kernels::floating<PowScalar>(  //
    [](auto op, auto x) { return pow(x, op.exponent); },
    [](auto op, auto u, auto x, auto) { return u * (op.exponent * pow(x, op.exponent == 0 ? 0 : op.exponent - 1)); });

template <Value V>
void PowScalar::vjp(const Pullback<V>& p) const {
  if (exponent != 0) p.grad[0] = p.ct * (exponent * pow_scalar(p.in[0], exponent - 1));
}

std::vector<Sample> PowScalar::samples() {
  std::vector<std::vector<Sample>> lists = {elementwise_samples(PowScalar{-3}, -2.5, -0.3)};
  for (const double exponent : {0.0, 1.0, 2.0, 3.0, -1.0, -2.0, 0.5, 2.5})
    lists.push_back(elementwise_samples(PowScalar{exponent}, 0.3, 2.5));
  return joined(lists);
}
std::vector<BadCall> PowScalar::bad_calls() { return elementwise_bad_calls(PowScalar{}); }

}  // namespace ops

template const OpTable& op_table<ops::PowScalar>();

}  // namespace nabla
