#pragma once

#include <nabla/apply.hpp>

namespace nabla {
namespace ops {

struct LogSoftmax {
  static constexpr OpInfo info{.name = "log_softmax",
                               .arity = 1,
                               .formula = "x - ln sum e^x",
                               .shapes = "any, an axis of it",
                               .derivative = "u - softmax(x) sum u"};
  std::int64_t axis = -1;

  Shape infer(Shapes in) const;
  void forward(Tensors in, Tensor& out) const;
  template <Value V>
  void vjp(const Pullback<V>& p) const;
  static std::vector<Sample> samples();
  static std::vector<BadCall> bad_calls();
};

}  // namespace ops

/// x − ln Σ e^x along one axis: the logarithm of softmax with all its digits.
/// @throws ShapeError for an axis out of range; DTypeError unless floating
template <Value V>
V log_softmax(const V& x, std::int64_t axis = -1) {
  return apply(ops::LogSoftmax{axis}, x);
}

}  // namespace nabla
