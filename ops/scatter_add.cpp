#include <nabla/op.hpp>

#include "kernels/indexed.hpp"

namespace nabla {
namespace ops {

DType ScatterAdd::infer_dtype(Tensors in) const {
  kernels::require_index(info.name, in[1]);
  kernels::require_source_like(info.name, in[0], in[2]);
  return in[0].dtype();
}

Shape ScatterAdd::infer(Shapes in) const {
  kernels::check_indexed_shapes(info.name, in[0], in[1], axis);
  if (in[1] != in[2])
    throw ShapeError(info.name, fmt::format("The index has shape {}, the source {}; they must be equal", in[1], in[2]));
  return in[0];
}

void ScatterAdd::forward(Tensors in, Tensor& out) const {
  const Tensor x = in[0].contiguous(), source = in[2].contiguous();
  visit(out.dtype(), [&]<class T>(std::type_identity<T>) {
    const std::span<T> to = out.mutable_data<T>();
    const std::span<const T> initial = x.data<T>(), from = source.data<T>();
    std::copy(initial.begin(), initial.end(), to.begin());
    kernels::for_each_indexed(info.name, out.shape(), out.strides(), in[1], axis, [&](std::int64_t i, std::int64_t at) {
      T& sum = to[static_cast<std::size_t>(at)];
      sum = static_cast<T>(sum + from[static_cast<std::size_t>(i)]);
    });
  });
}

template <Value V>
void ScatterAdd::vjp(const Pullback<V>& p) const {
  if (p.needs[0]) p.grad[0] = p.ct;
  if (p.needs[2]) p.grad[2] = gather(p.ct, p.in[1], axis);
}

std::vector<Sample> ScatterAdd::samples() {
  return {{ScatterAdd{0}, {Shape{3, 2}, indices({4, 2}, 3), Shape{4, 2}}},
          {ScatterAdd{1}, {Shape{2, 3}, indices({2, 2}, 3), Shape{2, 2}}},
          {ScatterAdd{0}, {Shape{4}, indices({0}, 4), Shape{0}}}};
}

std::vector<BadCall> ScatterAdd::bad_calls() {
  const Shape x{3, 2};
  return {
      {ScatterAdd{0}, {x, x, x}, Mistake::dtype, "The index is f64, not i64"},
      {ScatterAdd{0}, {x, indices({2, 2}, 3), x}, Mistake::shape, "The index has shape [2, 2], the source [3, 2]"},
      {ScatterAdd{0}, {x, indices(x, 3), indices(x, 3)}, Mistake::dtype, "x is f64, the source i64"},
      {ScatterAdd{0}, {x, OperandSpec(x, 3, 4, i64), x}, Mistake::value, "Index 3 is outside axis 0 of shape [3, 2]"}};
}

}  // namespace ops

template const OpTable& op_table<ops::ScatterAdd>();

}  // namespace nabla
