#include <nabla/op.hpp>

#include "kernels/picked.hpp"

namespace nabla {
namespace ops {

DType IndexAdd::infer_dtype(Tensors in) const {
  kernels::require_index(info.name, in[1]);
  kernels::require_source_like(info.name, in[0], in[2]);
  return in[0].dtype();
}

Shape IndexAdd::infer(Shapes in) const {
  const std::size_t along = normalize_axis(info.name, axis, in[0]);
  kernels::require_vector_index(info.name, in[1]);
  const Shape expected = kernels::picked_shape(in[0], along, in[1][0]);
  if (in[2] != expected)
    throw ShapeError(info.name, fmt::format("The source has shape {}; with {} indices for axis {} of shape {} it must "
                                            "be {}",
                                            in[2], in[1][0], axis, in[0], expected));
  return in[0];
}

void IndexAdd::forward(Tensors in, Tensor& out) const {
  const std::size_t along = normalize_axis(info.name, axis, out.shape());
  visit(out.dtype(), [&]<class T>(std::type_identity<T>) {
    const kernels::Place<T> y = kernels::new_place_of<T>(out);
    kernels::copy(out.shape(), y, kernels::place_of<T>(in[0]));
    kernels::for_each_picked(info.name, in[1], out.shape(), along, kernels::place_of<T>(in[2]), y,
                             [](T picked, T& element) { element = static_cast<T>(element + picked); });
  });
}

template <Value V>
void IndexAdd::vjp(const Pullback<V>& p) const {
  if (p.needs[0]) p.grad[0] = p.ct;
  if (p.needs[2]) p.grad[2] = index_select(p.ct, p.in[1], axis);
}

std::vector<Sample> IndexAdd::samples() {
  return {{IndexAdd{0}, {Shape{3, 2}, indices({5}, 3), Shape{5, 2}}},
          {IndexAdd{-1}, {Shape{2, 3}, indices({2}, 3), Shape{2, 2}}},
          {IndexAdd{1}, {Shape{2, 3, 2}, indices({4}, 3), Shape{2, 4, 2}}},
          {IndexAdd{0}, {Shape{4}, indices({0}, 4), Shape{0}}}};
}

std::vector<BadCall> IndexAdd::bad_calls() {
  const Shape x{3, 2};
  const OperandSpec index = indices({2}, 3);
  return {{IndexAdd{0}, {x, x, x}, Mistake::dtype, "The index is f64, not i64"},
          {IndexAdd{0}, {x, index, indices({2, 2}, 3)}, Mistake::dtype, "x is f64, the source i64"},
          {IndexAdd{0}, {x, index, x}, Mistake::shape, "The source has shape [3, 2]; with 2 indices"},
          {IndexAdd{0},
           {x, OperandSpec({2}, 3, 4, i64), Shape{2, 2}},
           Mistake::value,
           "Index 3 is outside axis 0 of shape [3, 2]"}};
}

}  // namespace ops

template const OpTable& op_table<ops::IndexAdd>();

}  // namespace nabla
