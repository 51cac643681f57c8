#include <nabla/op.hpp>

#include "kernels/reduce.hpp"

namespace nabla {
namespace ops {

namespace {

ReducedAxes stretched_axes(const Shape& from, const Shape& to) {
  Axes axes{Dims{}};
  const std::size_t lead = to.rank() - from.rank();
  for (std::size_t i = 0; i < to.rank(); ++i)
    if (i < lead || (from[i - lead] == 1 && to[i] != 1)) axes.list.push_back(static_cast<std::int64_t>(i));
  return {"sum_to", axes, to};
}

}  // namespace

Shape SumTo::infer(Shapes in) const {
  if (shape.rank() > in[0].rank() || broadcast(info.name, shape, in[0]) != in[0])
    throw ShapeError(info.name,
                     fmt::format("Shape {} does not stretch to {}; aligned at the last axis, its extents must be "
                                 "equal or 1",
                                 shape, in[0]));
  return shape;
}

void SumTo::forward(Tensors in, Tensor& out) const { kernels::sum(in[0], stretched_axes(shape, in[0].shape()), out); }

template <Value V>
void SumTo::vjp(const Pullback<V>& p) const {
  p.grad[0] = expand(p.ct, p.in[0].shape());
}

std::vector<Sample> SumTo::samples() {
  return {{SumTo{{3}}, {Shape{2, 3}}},
          {SumTo{{2, 1}}, {Shape{2, 3}}},
          {SumTo{{}}, {Shape{2, 2}}},
          {SumTo{{1, 3}}, {Shape{0, 3}}}};
}

std::vector<BadCall> SumTo::bad_calls() {
  return {{SumTo{{4}}, {Shape{2, 3}}, Mistake::shape, "Shapes [4] and [2, 3] do not broadcast"},
          {SumTo{{2, 3}}, {Shape{3}}, Mistake::shape, "Shape [2, 3] does not stretch to [3]"},
          {SumTo{{2, 3}}, {Shape{1, 3}}, Mistake::shape, "Shape [2, 3] does not stretch to [1, 3]"}};
}

}  // namespace ops

template const OpTable& op_table<ops::SumTo>();

}  // namespace nabla
