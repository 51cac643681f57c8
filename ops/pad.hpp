#pragma once

#include <nabla/apply.hpp>

namespace nabla {

/// Elements to be added before and after each axis; negative numbers crop.
struct Padding {
  struct Ends {
    std::int64_t before;
    std::int64_t after;
  };

  Padding() = default;
  Padding(std::initializer_list<Ends> axes) : Padding(std::span(axes.begin(), axes.size())) {}
  explicit Padding(std::span<const Ends> axes) {
    for (const auto& [b, a] : axes) {
      before.push_back(b);
      after.push_back(a);
    }
  }

  Dims before;
  Dims after;
};

namespace ops {

struct Pad {
  static constexpr OpInfo info{.name = "pad",
                               .arity = 1,
                               .formula = "x, framed by a constant",
                               .shapes = "[n, ...] -> [before + n + after, ...]",
                               .derivative = "the part of u that x fills",
                               .dtypes = DTypes::any};
  Padding padding;
  double value = 0;

  Shape infer(Shapes in) const;
  void forward(Tensors in, Tensor& out) const;
  template <Value V>
  void vjp(const Pullback<V>& p) const;
  static std::vector<Sample> samples();
  static std::vector<BadCall> bad_calls();
};

}  // namespace ops

/// x with a constant around it: pad(x, {{1, 2}, {0, -1}}) adds one row before, two after, and crops the last column.
/// Element j of an axis is element j − before of x where there is one, else the value.
/// @throws ShapeError unless there are two numbers for each axis, and no extent becomes negative; ValueError for a
/// padding beyond ±max_elements
template <Value V>
V pad(const V& x, const Padding& padding, double value = 0) {
  return apply(ops::Pad{padding, value}, x);
}

}  // namespace nabla
