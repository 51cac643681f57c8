#include <nabla/op.hpp>

#include "kernels/picked.hpp"

namespace nabla {
namespace ops {

DType IndexSelect::infer_dtype(Tensors in) const {
  kernels::require_index(info.name, in[1]);
  return in[0].dtype();
}

Shape IndexSelect::infer(Shapes in) const {
  const std::size_t along = normalize_axis(info.name, axis, in[0]);
  kernels::require_vector_index(info.name, in[1]);
  return kernels::picked_shape(in[0], along, in[1][0]);
}

void IndexSelect::forward(Tensors in, Tensor& out) const {
  const Tensor& x = in[0];
  const std::size_t along = normalize_axis(info.name, axis, x.shape());
  visit(out.dtype(), [&]<class T>(std::type_identity<T>) {
    kernels::for_each_picked(info.name, in[1], x.shape(), along, kernels::new_place_of<T>(out), kernels::place_of<T>(x),
                             [](T& picked, T element) { picked = element; });
  });
}

template <Value V>
void IndexSelect::vjp(const Pullback<V>& p) const {
  const V nothing = constant_like(p.ct, zeros(p.in[0].shape(), p.ct.dtype()));
  p.grad[0] = index_add(nothing, p.in[1], p.ct, axis);
}

std::vector<Sample> IndexSelect::samples() {
  return {{IndexSelect{0}, {Shape{3, 2}, indices({5}, 3)}},
          {IndexSelect{-1}, {Shape{2, 3}, indices({2}, 3)}},
          {IndexSelect{1}, {Shape{2, 3, 2}, indices({4}, 3)}},
          {IndexSelect{0}, {Shape{3, 2}, indices({0}, 3)}},
          {IndexSelect{1}, {Shape{0, 3}, indices({2}, 3)}}};
}

std::vector<BadCall> IndexSelect::bad_calls() {
  const Shape x{3, 2};
  return {
      {IndexSelect{0}, {x, Shape{3}}, Mistake::dtype, "The index is f64, not i64"},
      {IndexSelect{0}, {x, indices({2, 2}, 3)}, Mistake::shape, "The index has shape [2, 2]; it must be a vector"},
      {IndexSelect{2}, {x, indices({2}, 3)}, Mistake::shape, "There is no axis 2 in shape [3, 2]"},
      {IndexSelect{0}, {x, OperandSpec({2}, 3, 4, i64)}, Mistake::value, "Index 3 is outside axis 0 of shape [3, 2]"},
      {IndexSelect{1}, {x, OperandSpec({2}, -1, 0, i64)}, Mistake::value, "Index -1 is outside axis 1"}};
}

}  // namespace ops

template const OpTable& op_table<ops::IndexSelect>();

}  // namespace nabla
