#include <nabla/op.hpp>

#include "kernels/elementwise.hpp"

namespace nabla {
namespace ops {

constinit const Elementwise Pow::elementwise = kernels::floating(  //
    [](auto a, auto b) { return pow(a, b); },
    [](auto u, auto a, auto b, auto) { return select((a == 0) & (b == 0), 0, u * (b * pow(a, b - 1))); },
    [](auto u, auto a, auto b, auto y) { return select((a == 0) & (b >= 0), 0, u * (y * log(a))); });

template <Value V>
void Pow::vjp(const Pullback<V>& p) const {
  const V &a = p.in[0], &b = p.in[1];
  // Where a = 0 and the derivative is to be 0, a base of 1 stands in, whose powers and logarithm are finite.
  const V zero = equal(a, 0.0);
  if (p.needs[0]) {
    const V base = where(zero, where(equal(b, 0.0), 1.0, a), a);
    p.grad[0] = sum_to(p.ct * (b * pow(base, b - 1.0)), a.shape());
  }
  if (p.needs[1]) {
    const V base = where(zero, where(b >= 0.0, 1.0, a), a);
    p.grad[1] = sum_to(p.ct * (p.out * log(base)), b.shape());
  }
}

std::vector<Sample> Pow::samples() { return elementwise_samples(Pow{}, 0.3, 2.5); }
std::vector<BadCall> Pow::bad_calls() { return elementwise_bad_calls(Pow{}); }

}  // namespace ops

template const OpTable& op_table<ops::Pow>();

}  // namespace nabla
