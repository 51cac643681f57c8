#include <cmath>
#include <nabla/op.hpp>

#include "kernels/elementwise.hpp"

namespace nabla {
namespace ops {

namespace {

template <class T>
T logistic(T x) {
  const T e = std::exp(-std::abs(x));
  return (x < 0 ? e : 1) / (1 + e);
}

}  // namespace

constinit const Elementwise Softplus::elementwise = kernels::floating(  //
    [](auto x) { return (x > 0 ? x : 0) + std::log1p(std::exp(-std::abs(x))); },
    [](auto u, auto x, auto) { return u * logistic(x); });

template <Value V>
void Softplus::vjp(const Pullback<V>& p) const {
  p.grad[0] = p.ct * sigmoid(p.in[0]);
}

std::vector<Sample> Softplus::samples() { return elementwise_samples(Softplus{}); }
std::vector<BadCall> Softplus::bad_calls() { return elementwise_bad_calls(Softplus{}); }

}  // namespace ops

template const OpTable& op_table<ops::Softplus>();

}  // namespace nabla
