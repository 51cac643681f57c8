#pragma once

#include <nabla/apply.hpp>

namespace nabla {
namespace ops {

struct CosineSimilarity {
  static constexpr OpInfo info{.name = "cosine_similarity",
                               .arity = 2,
                               .formula = "sum a b / max(|a| |b|, eps)",
                               .shapes = "broadcast, without the axis",
                               .derivative = "with c = cos: a: u (b / (|a| |b|) - c a / |a|^2); b: likewise",
                               .convention = "|a| |b| below eps is a constant; |a|^2 must not overflow"};
  std::int64_t axis = 1;
  double eps = 1e-8;

  Shape infer(Shapes in) const;
  void forward(Tensors in, Tensor& out) const;
  template <Value V>
  void vjp(const Pullback<V>& p) const;
  static std::vector<Sample> samples();
  static std::vector<BadCall> bad_calls();
};

}  // namespace ops

/// Σ a b / max(|a| |b|, ε) along one axis: the cosine of the angle between vectors. a and b broadcast, and the axis is
/// one of the shape that they broadcast to; it is not in the result. Where |a| |b| is below ε, it counts as a constant.
/// The squares of the elements must not overflow: magnitudes of 10¹⁵⁰ (f64) and more give NaN.
/// @throws ShapeError; DTypeError; ValueError for a negative eps
template <Value A, Value B>
Result<A, B> cosine_similarity(const A& a, const B& b, std::int64_t axis = 1, double eps = 1e-8) {
  return apply(ops::CosineSimilarity{axis, eps}, a, b);
}

}  // namespace nabla
