#pragma once

#include <nabla/apply.hpp>

namespace nabla {
namespace ops {

struct Slice {
  static constexpr OpInfo info{
      .name = "slice", .arity = 1, .formula = "x[start:stop:step]", .dtypes = DTypes::any, .view = true};
  std::int64_t axis = 0;
  std::int64_t start = 0;
  std::int64_t stop = 0;
  std::int64_t step = 1;

  void forward(Tensors in, Tensor& out) const;
  template <Value V>
  void vjp(const Pullback<V>& p) const;
  static std::vector<Sample> samples();
  static std::vector<BadCall> bad_calls();
};

}  // namespace ops

/// Every step-th index from start up to, but without, stop along one axis; negative bounds count from the end. A view.
/// @throws ShapeError unless 0 ≤ start ≤ stop ≤ extent and step ≥ 1
template <Value V>
V slice(const V& x, std::int64_t axis, std::int64_t start, std::int64_t stop, std::int64_t step = 1) {
  return apply(ops::Slice{axis, start, stop, step}, x);
}

}  // namespace nabla
