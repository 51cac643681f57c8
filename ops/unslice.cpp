#include <nabla/op.hpp>

#include "kernels/copy.hpp"

namespace nabla {
namespace ops {

namespace {

/// A view of `whole` with the elements that the slice takes.
Tensor taken(const Unslice& op, const Tensor& whole) { return whole.sliced(op.axis, op.start, op.stop, op.step); }

}  // namespace

Shape Unslice::infer(Shapes in) const {
  const Shape slice = AxisSlice(info.name, shape, axis, start, stop, step).shape;
  if (slice != in[0])
    throw ShapeError(info.name,
                     fmt::format("The slice has shape {}, the operand {}; they must be equal", slice, in[0]));
  return shape;
}

void Unslice::forward(Tensors in, Tensor& out) const {
  visit(out.dtype(), [&]<class T>(std::type_identity<T>) {
    const std::span<T> whole = out.mutable_data<T>();
    std::fill(whole.begin(), whole.end(), T{});
    const Tensor target = taken(*this, out);
    T* const to = const_cast<T*>(target.strided_data<T>());  // into `whole`, through the view
    kernels::copy(in[0].shape(), kernels::Place<T>{to, target.strides()}, kernels::place_of<T>(in[0]));
  });
}

template <Value V>
void Unslice::vjp(const Pullback<V>& p) const {
  p.grad[0] = slice(p.ct, axis, start, stop, step);
}

std::vector<Sample> Unslice::samples() {
  return {{Unslice{{4, 2}, 0, 1, 3}, {Shape{2, 2}}},
          {Unslice{{2, 5}, 1, 0, 5, 2}, {Shape{2, 3}}},
          {Unslice{{3}, 0, 2, 2}, {Shape{0}}}};
}

std::vector<BadCall> Unslice::bad_calls() {
  return {
      {Unslice{{4, 2}, 0, 1, 3}, {Shape{3, 2}}, Mistake::shape, "The slice has shape [2, 2], the operand [3, 2]"},
      {Unslice{{4}, 1, 0, 1}, {Shape{1}}, Mistake::shape, "There is no axis 1 in shape [4]"},
      {Unslice{{4}, 0, 0, 9}, {Shape{9}}, Mistake::shape, "start 0, stop 9, step 1 do not fit axis 0 of shape [4]"}};
}

}  // namespace ops

template const OpTable& op_table<ops::Unslice>();

}  // namespace nabla
