#pragma once

#include <nabla/apply.hpp>

namespace nabla {
namespace ops {

struct Selu {
  static constexpr OpInfo info{.name = "selu",
                               .arity = 1,
                               .formula = "lambda elu(x, alpha)",
                               .derivative = "u lambda (x > 0 ? 1 : alpha e^x)",
                               .convention = "lambda alpha at 0",
                               .source = "Klambauer and others 2017"};
  static const Elementwise elementwise;
  template <Value V>
  void vjp(const Pullback<V>& p) const;
  static std::vector<Sample> samples();
  static std::vector<BadCall> bad_calls();
};

}  // namespace ops

/// λ x for x > 0, else λ α (eˣ − 1), element by element, with λ = 1.0507… and α = 1.6732… (Klambauer et al. 2017); the
/// derivative at 0 is λ α. @throws DTypeError unless floating
template <Value V>
V selu(const V& x) {
  return apply(ops::Selu{}, x);
}

}  // namespace nabla
