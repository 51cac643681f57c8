#pragma once

#include <nabla/apply.hpp>

namespace nabla {
namespace ops {

struct Softplus {
  static constexpr OpInfo info{.name = "softplus", .arity = 1, .formula = "ln(1 + e^x)"};
  static const Elementwise elementwise;
  template <Value V>
  void vjp(const Pullback<V>& p) const;
  static std::vector<Sample> samples();
  static std::vector<BadCall> bad_calls();
};

}  // namespace ops

/// ln(1 + e^x), element by element, without overflow. @throws DTypeError unless floating
template <Value V>
V softplus(const V& x) {
  return apply(ops::Softplus{}, x);
}

}  // namespace nabla
