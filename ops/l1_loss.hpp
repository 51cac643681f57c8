#pragma once

#include <nabla/apply.hpp>
#include <nabla/reduction.hpp>

namespace nabla {
namespace ops {

struct L1Loss {
  static constexpr OpInfo info{.name = "l1_loss",
                               .arity = 2,
                               .formula = "|a - y|",
                               .derivative = "a: u sign(a - y); y: -u sign(a - y)",
                               .convention = "0 at a = y"};
  static const Elementwise elementwise;
  Shape infer(Shapes in) const;
  template <Value V>
  void vjp(const Pullback<V>& p) const;
  static std::vector<Sample> samples();
  static std::vector<BadCall> bad_calls();
};

}  // namespace ops

/// The absolute error |a − y| of outputs a and targets y, entry by entry, and by default the mean of all. Its
/// derivative at 0 is taken as 0. a and y have one shape.
/// @throws ShapeError, DTypeError
template <Value A, Value Y>
Result<A, Y> l1_loss(const A& a, const Y& y, Reduction reduction = Reduction::mean) {
  return reduced(apply(ops::L1Loss{}, a, y), reduction);
}

}  // namespace nabla
