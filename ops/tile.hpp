#pragma once

#include <nabla/apply.hpp>

namespace nabla {
namespace ops {

struct Tile {
  static constexpr OpInfo info{.name = "tile",
                               .arity = 1,
                               .formula = "x, repeated",
                               .shapes = "[n, ...] -> [repeats n, ...]",
                               .derivative = "sum of u over the repetitions",
                               .dtypes = DTypes::any};
  Dims repeats;

  Shape infer(Shapes in) const;
  void forward(Tensors in, Tensor& out) const;
  template <Value V>
  void vjp(const Pullback<V>& p) const;
  static std::vector<Sample> samples();
  static std::vector<BadCall> bad_calls();
};

}  // namespace ops

/// The whole of x, repeats[i] times along axis i. By NumPy's rule x and the repeats are aligned at the last axis, and
/// the shorter of them is filled up with ones. @throws ValueError for a negative number of repeats
template <Value V>
V tile(const V& x, const Dims& repeats) {
  return apply(ops::Tile{repeats}, x);
}

}  // namespace nabla
