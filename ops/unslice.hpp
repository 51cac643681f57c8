#pragma once

#include <nabla/apply.hpp>

namespace nabla {
namespace ops {

struct Unslice {
  static constexpr OpInfo info{.name = "unslice",
                               .arity = 1,
                               .formula = "0, with x at [start:stop:step]",
                               .shapes = "[..., k, ...] -> [..., n, ...]",
                               .derivative = "slice(u)",
                               .dtypes = DTypes::any};
  Shape shape;
  std::int64_t axis = 0;
  std::int64_t start = 0;
  std::int64_t stop = 0;
  std::int64_t step = 1;

  Shape infer(Shapes in) const;
  void forward(Tensors in, Tensor& out) const;
  template <Value V>
  void vjp(const Pullback<V>& p) const;
  static std::vector<Sample> samples();
  static std::vector<BadCall> bad_calls();
};

}  // namespace ops

/// Zeros of the given shape, with x where slice(…, axis, start, stop, step) would take it from: the transpose of slice.
/// @throws ShapeError unless such a slice exists and has the shape of x
template <Value V>
V unslice(const V& x, const Shape& shape, std::int64_t axis, std::int64_t start, std::int64_t stop,
          std::int64_t step = 1) {
  return apply(ops::Unslice{shape, axis, start, stop, step}, x);
}

}  // namespace nabla
