#pragma once

#include <nabla/apply.hpp>
#include <nabla/option.hpp>

namespace nabla {
namespace ops {

struct DropoutMask {
  static constexpr OpInfo info{.name = "dropout_mask",
                               .arity = 2,
                               .formula = "x mask / (1 - p)",
                               .derivative = "x: u mask / (1 - p); mask: u x / (1 - p)",
                               .convention = "all 0 for p = 1",
                               .source = "Srivastava and others 2014"};
  static const Elementwise elementwise;
  double probability = 0.5;

  /// What remains is enlarged, so that the expectation stays; 0 when nothing remains.
  double scale() const { return probability == 1 ? 0 : 1 / (1 - probability); }
  template <Value V>
  void vjp(const Pullback<V>& p) const;
  static std::vector<Sample> samples();
  static std::vector<BadCall> bad_calls();
};

}  // namespace ops

/// x · mask / (1 − p): dropout with a given mask, which holds 0 where an element is dropped, as happens with
/// probability p, and 1 elsewhere; all zeros for p = 1 (N. Srivastava and others, Dropout, 2014). The mask has the
/// dtype of x, or u8.
/// @throws ShapeError when the shapes do not broadcast; DTypeError; ValueError for a p outside [0, 1]
template <Value X, Value M>
Result<X, M> dropout_mask(const X& x, const M& mask, double p) {
  const ops::DropoutMask dropout{detail::checked("dropout_mask", "p", p, 0, 1)};
  if (mask.dtype() == u8) return where(mask, mul(x, dropout.scale()), 0.0);
  return apply(dropout, x, mask);
}

}  // namespace nabla
