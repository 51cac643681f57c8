#include <limits>
#include <nabla/op.hpp>

#include "kernels/copy.hpp"

namespace nabla {
namespace ops {

namespace {

Dims negated(Dims dims) {
  for (std::int64_t& n : dims) n = -n;
  return dims;
}

}  // namespace

Shape Pad::infer(Shapes in) const {
  const auto& [before, after] = padding;
  if (before.size() != in[0].rank())
    throw ShapeError(info.name, fmt::format("Padding {} before and {} after for shape {}; give two numbers for each of "
                                            "its {} axes",
                                            to_string(before), to_string(after), in[0], in[0].rank()));
  Dims extents = in[0];
  for (std::size_t i = 0; i < extents.size(); ++i) {
    for (const std::int64_t n : {before[i], after[i]})
      if (n < -max_elements || n > max_elements)
        throw ValueError(info.name, fmt::format("A padding of {} along axis {}; it must lie between {} and {}", n, i,
                                                -max_elements, max_elements));
    extents[i] += before[i] + after[i];
    if (extents[i] < 0)
      throw ShapeError(info.name, fmt::format("Padding {} before and {} after leaves an extent of {} along axis {} of "
                                              "shape {}; crop no more than there is",
                                              to_string(before), to_string(after), extents[i], i, in[0]));
  }
  return Shape(extents);
}

void Pad::forward(Tensors in, Tensor& out) const {
  const Tensor& x = in[0];
  const Dims from_strides = x.strides(), to_strides = out.strides();
  Dims extents = x.shape();  // of the part of x that is kept
  std::int64_t from_offset = 0, to_offset = 0;
  for (std::size_t i = 0; i < extents.size(); ++i) {
    const std::int64_t before = padding.before[i];
    const std::int64_t begin = std::max<std::int64_t>(0, -before);  // in x
    const std::int64_t end = std::min(x.shape()[i], out.shape()[i] - before);
    extents[i] = std::max<std::int64_t>(0, end - begin);
    from_offset += begin * from_strides[i];
    to_offset += (begin + before) * to_strides[i];
  }
  const Shape kept(extents);
  visit(out.dtype(), [&]<class T>(std::type_identity<T>) {
    const std::span<T> to = out.mutable_data<T>();
    std::fill(to.begin(), to.end(), convert<T>(value));
    if (kept.elements() > 0)
      kernels::copy(kept, kernels::new_place_of<T>(out).from(to_offset), kernels::place_of<T>(x).from(from_offset));
  });
}

// What was added is cropped, and what was cropped gets zeros.
template <Value V>
void Pad::vjp(const Pullback<V>& p) const {
  Padding back;
  back.before = negated(padding.before);
  back.after = negated(padding.after);
  p.grad[0] = pad(p.ct, back);
}

std::vector<Sample> Pad::samples() {
  return {{Pad{{{1, 2}}, 0}, {Shape{3}}},
          {Pad{{{1, 0}, {0, 2}}, 1.5}, {Shape{2, 3}}},
          {Pad{{{-1, 1}, {2, -2}}, -2}, {Shape{3, 4}}},
          {Pad{{{-4, 5}}, 1}, {Shape{3}}},
          {Pad{{{-3, 0}, {1, 1}}, 1}, {Shape{3, 2}}},
          {Pad{{{1, 1}, {0, 0}}, 3}, {Shape{0, 2}}},
          {Pad{{}, 1}, {Shape{}}}};
}

std::vector<BadCall> Pad::bad_calls() {
  const Shape x{2, 3};
  return {{Pad{{{1, 1}}, 0}, {x}, Mistake::shape, "give two numbers for each of its 2 axes"},
          {Pad{{{1, 1}}, 0}, {Shape{}}, Mistake::shape, "Padding [1] before and [1] after for shape []"},
          {Pad{{{0, 0}, {-2, -2}}, 0}, {x}, Mistake::shape, "leaves an extent of -1 along axis 1 of shape [2, 3]"},
          {Pad{{{0, 0}, {std::numeric_limits<std::int64_t>::max(), 0}}, 0},
           {x},
           Mistake::value,
           "A padding of 9223372036854775807 along axis 1"}};
}

}  // namespace ops

template const OpTable& op_table<ops::Pad>();

}  // namespace nabla
