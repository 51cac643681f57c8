#pragma once

#include <nabla/apply.hpp>
#include <nabla/reduction.hpp>

namespace nabla {
namespace ops {

struct LogCoshLoss {
  static constexpr OpInfo info{.name = "log_cosh_loss",
                               .arity = 2,
                               .formula = "ln cosh(a - y)",
                               .derivative = "a: u tanh(a - y); y: -u tanh(a - y)"};
  static const Elementwise elementwise;
  Shape infer(Shapes in) const;
  template <Value V>
  void vjp(const Pullback<V>& p) const;
  static std::vector<Sample> samples();
  static std::vector<BadCall> bad_calls();
};

}  // namespace ops

/// ln cosh(a − y) of outputs a and targets y, entry by entry, and by default the mean of all: about ½(a − y)² near 0,
/// and |a − y| − ln 2 far from it, with all digits in both. a and y have one shape.
/// @throws ShapeError, DTypeError
template <Value A, Value Y>
Result<A, Y> log_cosh_loss(const A& a, const Y& y, Reduction reduction = Reduction::mean) {
  return reduced(apply(ops::LogCoshLoss{}, a, y), reduction);
}

}  // namespace nabla
