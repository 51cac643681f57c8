#include <nabla/op.hpp>

#include "_samples.hpp"
#include "kernels/elementwise.hpp"

namespace nabla {
namespace ops {

namespace {

/// The usual exponents by multiplication.
template <simd::AnyPack P>
NABLA_SIMD_INLINE P power(P x, double exponent) {
  if (exponent == 1) return x;
  if (exponent == 2) return x * x;
  if (exponent == 3) return x * x * x;
  return pow(x, P(exponent));
}
template <simd::AnyPack P>
NABLA_SIMD_INLINE P slope(P x, double exponent) {
  return exponent == 0 ? P(0) : exponent * power(x, exponent - 1);
}

}  // namespace

constinit const Elementwise PowScalar::elementwise = kernels::floating<PowScalar>(  //
    [](auto op, auto x) { return power(x, op.exponent); },
    [](auto op, auto u, auto x, auto) { return u * slope(x, op.exponent); });

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
