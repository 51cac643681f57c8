#pragma once

#include <nabla/apply.hpp>

namespace nabla {
namespace ops {

struct Softplus {
  static constexpr OpInfo info{
      .name = "softplus", .arity = 1, .formula = "ln(1 + e^(beta x)) / beta", .derivative = "u sigmoid(beta x)"};
  explicit Softplus(double beta = 1);
  double beta;

  static const Elementwise elementwise;
  template <Value V>
  void vjp(const Pullback<V>& p) const;
  static std::vector<Sample> samples();
  static std::vector<BadCall> bad_calls();
};

}  // namespace ops

/// ln(1 + e^(βx)) / β, element by element, without overflow; the larger β, the nearer to relu.
/// @throws DTypeError unless floating; ValueError unless β > 0
template <Value V>
V softplus(const V& x, double beta = 1) {
  return apply(ops::Softplus{beta}, x);
}

}  // namespace nabla
