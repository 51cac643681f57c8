#pragma once

#include <nabla/apply.hpp>
#include <nabla/axes.hpp>

namespace nabla {
namespace ops {

struct Stddev {
  static constexpr OpInfo info{.name = "stddev",
                               .arity = 1,
                               .formula = "sqrt(sum (x - mean x)^2 / (n - correction))",
                               .shapes = "any -> without the axes",
                               .derivative = "u (x - mean x) / ((n - correction) y)",
                               .convention = "0 where y is 0"};
  Axes axes;
  bool keep = false;
  std::int64_t correction = 1;

  Shape infer(Shapes in) const;
  void forward(Tensors in, Tensor& out) const;
  template <Value V>
  void vjp(const Pullback<V>& p) const;
  static std::vector<Sample> samples();
  static std::vector<BadCall> bad_calls();
};

}  // namespace ops

/// The standard deviation, the root of var(), without overflow on the way. Where it is 0 its derivative is taken as 0.
/// @throws ShapeError for an axis out of range or named twice; DTypeError unless floating
template <Value V>
V stddev(const V& x, const Axes& axes = {}, bool keep = false, std::int64_t correction = 1) {
  return apply(ops::Stddev{axes, keep, correction}, x);
}

}  // namespace nabla
