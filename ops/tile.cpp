#include <nabla/op.hpp>

namespace nabla {
namespace ops {

namespace {

/// Ones in front, so that there are `size` entries.
Dims filled_up(Dims dims, std::size_t size) {
  while (dims.size() < size) dims.insert(0, 1);
  return dims;
}

/// The extents before and behind an axis taken together: [before, middle, behind].
Shape around(const Dims& extents, std::size_t axis, std::int64_t middle) {
  std::int64_t before = 1, behind = 1;
  for (std::size_t i = 0; i < axis; ++i) before *= extents[i];
  for (std::size_t i = axis; i < extents.size(); ++i) behind *= extents[i];
  return {before, middle, behind};
}

}  // namespace

Shape Tile::infer(Shapes in) const {
  Dims extents = filled_up(in[0], repeats.size());
  const Dims times = filled_up(repeats, extents.size());
  for (std::size_t i = 0; i < extents.size(); ++i) {
    if (times[i] < 0)
      throw ValueError(info.name,
                       fmt::format("{} repeats in {}; their number is 0 or more", times[i], to_string(repeats)));
    extents[i] *= times[i];
  }
  return Shape(extents);
}

void Tile::forward(Tensors in, Tensor& out) const {
  Dims extents = filled_up(in[0].shape(), out.rank());
  const Dims times = filled_up(repeats, out.rank());
  Tensor tiled = in[0];
  for (std::size_t i = extents.size(); i-- > 0; extents[i] *= times[i])
    if (times[i] != 1)
      tiled = tiled.reshaped(around(extents, i, 1)).expanded(around(extents, i, times[i])).contiguous();
  out = tiled.contiguous().reshaped(out.shape());
}

template <Value V>
void Tile::vjp(const Pullback<V>& p) const {
  Dims extents = p.out.shape();
  const Dims once = filled_up(p.in[0].shape(), extents.size()), times = filled_up(repeats, extents.size());
  V ct = p.ct;
  for (std::size_t i = 0; i < extents.size(); ++i) {
    extents[i] = once[i];
    if (times[i] != 1) ct = sum(reshape(ct, around(extents, i, times[i])), 1);
  }
  p.grad[0] = reshape(ct, p.in[0].shape());
}

std::vector<Sample> Tile::samples() {
  return {{Tile{{3}}, {Shape{2}}},          {Tile{{2, 3}}, {Shape{2, 2}}}, {Tile{{2}}, {Shape{3, 2}}},
          {Tile{{2, 1, 2}}, {Shape{3}}},    {Tile{{2, 2}}, {Shape{}}},     {Tile{{0, 2}}, {Shape{2, 2}}},
          {Tile{{2, 1, 2}}, {Shape{0, 2}}}, {Tile{{}}, {Shape{2}}}};
}

std::vector<BadCall> Tile::bad_calls() {
  return {{Tile{{2, -1}}, {Shape{2, 2}}, Mistake::value, "-1 repeats in [2, -1]"},
          {Tile{{-2}}, {Shape{}}, Mistake::value, "-2 repeats in [-2]"},
          {Tile{{2}}, {Shape{2}, Shape{2}}, Mistake::value, "2 operands were given; it takes 1"}};
}

}  // namespace ops

template const OpTable& op_table<ops::Tile>();

}  // namespace nabla
