#include <nabla/op.hpp>

#include "kernels/copy.hpp"

namespace nabla {
namespace ops {

Shape Roll::infer(Shapes in) const {
  if (shifts.size() != axes.size())
    throw ValueError(info.name, fmt::format("{} shifts {} for {} axes {}; give one shift for each axis", shifts.size(),
                                            to_string(shifts), axes.size(), to_string(axes)));
  for (const std::int64_t axis : axes) normalize_axis(info.name, axis, in[0]);
  return in[0];
}

void Roll::forward(Tensors in, Tensor& out) const {
  const Tensor& x = in[0];
  const Shape& shape = x.shape();
  if (x.size() == 0) return;
  Dims by = shape;  // for every axis, 0 ≤ by < extent
  for (std::int64_t& places : by) places = 0;
  for (std::size_t i = 0; i < axes.size(); ++i) {
    const std::size_t axis = normalize_axis(info.name, axes[i], shape);
    by[axis] = ((by[axis] + shifts[i]) % shape[axis] + shape[axis]) % shape[axis];
  }
  // Along each axis the last `by` elements come first; so the tensor falls into blocks that change places.
  visit(out.dtype(), [&]<class T>(std::type_identity<T>) {
    const kernels::Place<T> to = kernels::new_place_of<T>(out);
    const kernels::Place<const T> from = kernels::place_of<T>(x);
    for (unsigned block = 0; block < 1U << shape.rank(); ++block) {
      Dims extents = shape;
      std::int64_t from_offset = 0, to_offset = 0;
      for (std::size_t i = 0; i < shape.rank(); ++i) {
        const bool wraps = (block >> i & 1U) != 0;
        extents[i] = wraps ? by[i] : shape[i] - by[i];
        if (wraps)
          from_offset += (shape[i] - by[i]) * from.strides[i];
        else
          to_offset += by[i] * to.strides[i];
      }
      const Shape part(extents);
      if (part.elements() > 0) kernels::copy(part, to.from(to_offset), from.from(from_offset));
    }
  });
}

template <Value V>
void Roll::vjp(const Pullback<V>& p) const {
  Dims back = shifts;
  for (std::int64_t& shift : back) shift = -shift;
  p.grad[0] = roll(p.ct, back, axes);
}

std::vector<Sample> Roll::samples() {
  return {{Roll{{1}, {0}}, {Shape{5}}},
          {Roll{{-2}, {-1}}, {Shape{2, 3}}},
          {Roll{{1, -1}, {0, 2}}, {Shape{2, 3, 4}}},
          {Roll{{7, 1}, {1, 1}}, {Shape{2, 3}}},
          {Roll{{}, {}}, {Shape{}}},
          {Roll{{1}, {0}}, {Shape{0, 2}}}};
}

std::vector<BadCall> Roll::bad_calls() {
  return {{Roll{{1}, {2}}, {Shape{2, 3}}, Mistake::shape, "There is no axis 2 in shape [2, 3]"},
          {Roll{{1, 2}, {0}}, {Shape{2, 3}}, Mistake::value, "2 shifts [1, 2] for 1 axes [0]"},
          {Roll{{1}, {0}}, {Shape{}}, Mistake::shape, "a scalar has no axes"}};
}

}  // namespace ops

template const OpTable& op_table<ops::Roll>();

}  // namespace nabla
