#include <nabla/op.hpp>

#include "kernels/indexed.hpp"

namespace nabla {
namespace ops {

DType Gather::infer_dtype(Tensors in) const {
  kernels::require_index(info.name, in[1]);
  return in[0].dtype();
}

Shape Gather::infer(Shapes in) const {
  kernels::check_indexed_shapes(info.name, in[0], in[1], axis);
  return in[1];
}

void Gather::forward(Tensors in, Tensor& out) const {
  visit(out.dtype(), [&]<class T>(std::type_identity<T>) {
    T* to = out.mutable_data<T>().data();
    const T* from = in[0].strided_data<T>();
    kernels::for_each_indexed(info.name, in[0].shape(), in[0].strides(), in[1], axis,
                              [&](std::int64_t i, std::int64_t at) { to[i] = from[at]; });
  });
}

template <Value V>
void Gather::vjp(const Pullback<V>& p) const {
  const V nothing = constant_like(p.ct, zeros(p.in[0].shape(), p.ct.dtype()));
  p.grad[0] = scatter_add(nothing, p.in[1], p.ct, axis);
}

std::vector<Sample> Gather::samples() {
  return {{Gather{0}, {Shape{3, 2}, indices({4, 2}, 3)}},
          {Gather{1}, {Shape{2, 3}, indices({2, 2}, 3)}},
          {Gather{-1}, {Shape{4}, indices({6}, 4)}},
          {Gather{0}, {Shape{3, 2}, indices({0, 2}, 3)}}};
}

std::vector<BadCall> Gather::bad_calls() {
  return {
      {Gather{0}, {Shape{3, 2}, Shape{3, 2}}, Mistake::dtype, "The index is f64, not i64"},
      {Gather{0}, {Shape{3, 2}, indices({3}, 3)}, Mistake::shape, "The index has shape [3], x has [3, 2]"},
      {Gather{0}, {Shape{3, 2}, indices({3, 4}, 3)}, Mistake::shape, "The index has shape [3, 4], x has [3, 2]"},
      {Gather{2}, {Shape{3, 2}, indices({3, 2}, 3)}, Mistake::shape, "There is no axis 2 in shape [3, 2]"},
      {Gather{0}, {Shape{3}, OperandSpec({2}, 7, 8, i64)}, Mistake::value, "Index 7 is outside axis 0 of shape [3]"}};
}

}  // namespace ops

template const OpTable& op_table<ops::Gather>();

}  // namespace nabla
