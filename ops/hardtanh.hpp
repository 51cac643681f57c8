#pragma once

#include <nabla/apply.hpp>

namespace nabla {
namespace ops {

struct Hardtanh {
  static constexpr OpInfo info{.name = "hardtanh",
                               .arity = 1,
                               .formula = "min(max(x, min_val), max_val)",
                               .derivative = "u (min_val < x < max_val ? 1 : 0)",
                               .convention = "0 at both bounds"};
  Hardtanh(double min_val = -1, double max_val = 1);
  double min_val;
  double max_val;

  static const Elementwise elementwise;
  template <Value V>
  void vjp(const Pullback<V>& p) const;
  static std::vector<Sample> samples();
  static std::vector<BadCall> bad_calls();
};

}  // namespace ops

/// min(max(x, min_val), max_val), element by element; the derivative at both bounds is 0, where that of clamp is 1.
/// @throws DTypeError unless floating; ValueError unless min_val ≤ max_val
template <Value V>
V hardtanh(const V& x, double min_val = -1, double max_val = 1) {
  return apply(ops::Hardtanh{min_val, max_val}, x);
}

}  // namespace nabla
