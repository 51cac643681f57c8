#pragma once

#include <nabla/apply.hpp>

namespace nabla {
namespace ops {

struct Diagonal {
  static constexpr OpInfo info{.name = "diagonal",
                               .arity = 1,
                               .formula = "x[i, i + offset]",
                               .shapes = "[..., m, n] -> [..., length]",
                               .derivative = "u on the diagonal, 0 elsewhere",
                               .dtypes = DTypes::any,
                               .view = true};
  std::int64_t offset = 0;
  std::int64_t axis0 = -2;
  std::int64_t axis1 = -1;

  void forward(Tensors in, Tensor& out) const;
  template <Value V>
  void vjp(const Pullback<V>& p) const;
  static std::vector<Sample> samples();
  static std::vector<BadCall> bad_calls();
};

}  // namespace ops

/// The diagonal of the matrices of two axes, the last two by default: elements [i, i + offset], so that offset 1 is the
/// one above the main diagonal. The diagonal becomes the last axis, behind the others in their order.
/// @throws ShapeError for an axis out of range, or the same one twice
template <Value V>
V diagonal(const V& x, std::int64_t offset = 0, std::int64_t axis0 = -2, std::int64_t axis1 = -1) {
  return apply(ops::Diagonal{offset, axis0, axis1}, x);
}

}  // namespace nabla
