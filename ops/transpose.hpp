#pragma once

#include <nabla/apply.hpp>

namespace nabla {
namespace ops {

struct Transpose {
  static constexpr OpInfo info{.name = "transpose",
                               .arity = 1,
                               .formula = "x^T",
                               .shapes = "[..., m, n] -> [..., n, m]",
                               .derivative = "u^T",
                               .dtypes = DTypes::any,
                               .view = true};
  std::int64_t axis0 = -2;
  std::int64_t axis1 = -1;

  void forward(Tensors in, Tensor& out) const;
  template <Value V>
  void vjp(const Pullback<V>& p) const;
  static std::vector<Sample> samples();
  static std::vector<BadCall> bad_calls();
};

}  // namespace ops

/// Two axes exchanged, the last two by default: the transpose of a matrix. A view; nothing is copied.
/// @throws ShapeError for an axis out of range
template <Value V>
V transpose(const V& x, std::int64_t axis0 = -2, std::int64_t axis1 = -1) {
  return apply(ops::Transpose{axis0, axis1}, x);
}

}  // namespace nabla
