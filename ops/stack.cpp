#include <nabla/op.hpp>

#include "kernels/copy.hpp"

namespace nabla {
namespace ops {

Shape Stack::infer(Shapes in) const {
  for (std::size_t i = 1; i < in.size(); ++i)
    if (in[i] != in[0])
      throw ShapeError(info.name,
                       fmt::format("Operand {} has shape {}, operand 0 has {}; all must be equal", i, in[i], in[0]));
  const auto rank = static_cast<std::int64_t>(in[0].rank()) + 1;  // of the result
  if (axis < -rank || axis >= rank)
    throw ShapeError(info.name, fmt::format("Axis {} of the result for operands of shape {}; take one from {} to {}",
                                            axis, in[0], -rank, rank - 1));
  Dims extents = in[0];
  extents.insert(static_cast<std::size_t>(axis < 0 ? axis + rank : axis), static_cast<std::int64_t>(in.size()));
  return Shape(extents);
}

void Stack::forward(Tensors in, Tensor& out) const {
  const std::size_t along = normalize_axis(info.name, axis, out.shape());
  if (out.size() == 0) return;
  visit(out.dtype(), [&]<class T>(std::type_identity<T>) {
    kernels::Place<T> to = kernels::new_place_of<T>(out);
    const std::int64_t step = to.strides[along];
    to.strides.erase(along);
    for (std::size_t i = 0; i < in.size(); ++i)
      kernels::copy(in[i].shape(), to.from(static_cast<std::int64_t>(i) * step), kernels::place_of<T>(in[i]));
  });
}

template <Value V>
void Stack::vjp(const Pullback<V>& p) const {
  for (std::size_t i = 0; i < p.in.size(); ++i) {
    const auto at = static_cast<std::int64_t>(i);
    if (p.needs[i]) p.grad[i] = reshape(slice(p.ct, axis, at, at + 1), p.in[i].shape());
  }
}

std::vector<Sample> Stack::samples() {
  return {{Stack{0}, {Shape{3}, Shape{3}}},
          {Stack{-1}, {Shape{2, 3}, Shape{2, 3}, Shape{2, 3}}},
          {Stack{1}, {Shape{2, 2}, Shape{2, 2}}},
          {Stack{0}, {Shape{}, Shape{}}},
          {Stack{0}, {Shape{2, 2}}},
          {Stack{1}, {Shape{0, 2}, Shape{0, 2}}}};
}

std::vector<BadCall> Stack::bad_calls() {
  return {{Stack{0}, {Shape{2, 3}, Shape{2, 4}}, Mistake::shape, "Operand 1 has shape [2, 4], operand 0 has [2, 3]"},
          {Stack{3},
           {Shape{2, 3}},
           Mistake::shape,
           "Axis 3 of the result for operands of shape [2, 3]; take one from -3 to 2"},
          {Stack{0}, {Shape{2}, indices({2}, 3)}, Mistake::dtype, "Operands of f64 and i64"},
          {Stack{0}, {}, Mistake::value, "No operands were given"}};
}

}  // namespace ops

template const OpTable& op_table<ops::Stack>();

}  // namespace nabla
