#include <fmt/format.h>

#include <nabla/op.hpp>

namespace nabla {
namespace ops {

void Slice::forward(Tensors in, Tensor& out) const { out = in[0].sliced(axis, start, stop, step); }

template <Value V>
void Slice::vjp(const Pullback<V>& p) const {
  p.grad[0] = unslice(p.ct, p.in[0].shape(), axis, start, stop, step);
}

std::vector<Sample> Slice::samples() {
  return {{Slice{0, 1, 3}, {Shape{4, 2}}},
          {Slice{1, 0, 5, 2}, {Shape{2, 5}}},
          {Slice{-1, -3, -1}, {Shape{2, 4}}},
          {Slice{0, 2, 2}, {Shape{3}}}};
}

std::vector<BadCall> Slice::bad_calls() {
  const Shape x{4, 2};
  return {{Slice{2, 0, 1}, {x}, Mistake::shape, "There is no axis 2 in shape [4, 2]"},
          {Slice{0, 1, 5}, {x}, Mistake::shape, "start 1, stop 5, step 1 do not fit axis 0 of shape [4, 2]"},
          {Slice{0, 3, 1}, {x}, Mistake::shape, "start 3, stop 1, step 1 do not fit"},
          {Slice{0, 0, 2, 0}, {x}, Mistake::shape, "step 0 do not fit"}};
}

}  // namespace ops

template const OpTable& op_table<ops::Slice>();

void detail::require_split(const Shape& shape, std::span<const std::int64_t> sizes, std::int64_t axis) {
  const std::int64_t extent = shape[normalize_axis("split", axis, shape)];
  std::int64_t total = 0;
  bool valid = true;
  for (const std::int64_t size : sizes) {
    valid = valid && size >= 0 && size <= extent - total;
    total += valid ? size : 0;
  }
  if (!valid || total != extent)
    throw ShapeError("split", fmt::format("Sizes [{}] for axis {} of shape {}; they must be 0 or more and add up to {}",
                                          fmt::join(sizes, ", "), axis, shape, extent));
}

}  // namespace nabla
