#include <nabla/op.hpp>

#include "kernels/copy.hpp"

namespace nabla {
namespace ops {

Shape Flip::infer(Shapes in) const {
  static_cast<void>(ReducedAxes(info.name, axes, in[0]));  // checks the axes
  return in[0];
}

void Flip::forward(Tensors in, Tensor& out) const {
  const Tensor& x = in[0];
  const ReducedAxes flipped(info.name, axes, x.shape());
  Dims strides = x.strides();
  std::int64_t first = 0;
  for (std::size_t i = 0; x.size() > 0 && i < strides.size(); ++i) {
    if (!flipped[i]) continue;
    first += (x.shape()[i] - 1) * strides[i];
    strides[i] = -strides[i];
  }
  visit(out.dtype(), [&]<class T>(std::type_identity<T>) {
    kernels::copy(x.shape(), kernels::new_place_of<T>(out),
                  kernels::Place<const T>{x.strided_data<T>() + first, strides});
  });
}

template <Value V>
void Flip::vjp(const Pullback<V>& p) const {
  p.grad[0] = flip(p.ct, axes);
}

std::vector<Sample> Flip::samples() {
  return {{Flip{}, {Shape{2, 3}}},          {Flip{0}, {Shape{3}}}, {Flip{{-1, 0}}, {Shape{2, 3, 2}}},
          {Flip{Axes{Dims{}}}, {Shape{2}}}, {Flip{}, {Shape{}}},   {Flip{1}, {Shape{2, 0}}}};
}

std::vector<BadCall> Flip::bad_calls() {
  return {{Flip{2}, {Shape{2, 3}}, Mistake::shape, "There is no axis 2 in shape [2, 3]"},
          {Flip{{0, -2}}, {Shape{2, 3}}, Mistake::shape, "Axis -2 is named twice in [0, -2]"},
          {Flip{0}, {Shape{}}, Mistake::shape, "a scalar has no axes"}};
}

}  // namespace ops

template const OpTable& op_table<ops::Flip>();

}  // namespace nabla
