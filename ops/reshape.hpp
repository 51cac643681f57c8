#pragma once

#include <nabla/apply.hpp>

namespace nabla {
namespace ops {

struct Reshape {
  static constexpr OpInfo info{.name = "reshape",
                               .arity = 1,
                               .formula = "x, row-major",
                               .shapes = "any -> as many elements",
                               .derivative = "u in the shape of x",
                               .dtypes = DTypes::any,
                               .view = true};
  Dims extents;

  void forward(Tensors in, Tensor& out) const;
  template <Value V>
  void vjp(const Pullback<V>& p) const;
  static std::vector<Sample> samples();
  static std::vector<BadCall> bad_calls();
};

}  // namespace ops

/// The same elements in row-major order under another shape; one extent may be -1 and is then worked out.
/// @throws ShapeError when the number of elements differs
template <Value V>
V reshape(const V& x, const Dims& extents) {
  if (x.defined() && x.shape() == extents) return x;
  return apply(ops::Reshape{extents}, x);
}

}  // namespace nabla
