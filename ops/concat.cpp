#include <nabla/op.hpp>

#include "kernels/copy.hpp"

namespace nabla {
namespace ops {

Shape Concat::infer(Shapes in) const {
  const std::size_t along = normalize_axis(info.name, axis, in[0]);
  Dims shape = in[0];
  for (std::size_t i = 1; i < in.size(); ++i) {
    Dims expected = in[0];
    if (in[i].rank() == expected.size()) expected[along] = in[i][along];
    if (in[i] != expected)
      throw ShapeError(info.name,
                       fmt::format("Operand {} has shape {}, operand 0 has {}; all extents but that of axis {} must "
                                   "be equal",
                                   i, in[i], in[0], axis));
    shape[along] += in[i][along];
  }
  return Shape(shape);
}

void Concat::forward(Tensors in, Tensor& out) const {
  const std::size_t along = normalize_axis(info.name, axis, out.shape());
  visit(out.dtype(), [&]<class T>(std::type_identity<T>) {
    const kernels::Place<T> whole = kernels::new_place_of<T>(out);
    std::int64_t start = 0;
    for (std::size_t i = 0; i < in.size(); ++i) {
      if (in[i].size() > 0)
        kernels::copy(in[i].shape(), whole.from(start * whole.strides[along]), kernels::place_of<T>(in[i]));
      start += in[i].shape()[along];
    }
  });
}

template <Value V>
void Concat::vjp(const Pullback<V>& p) const {
  const std::size_t along = normalize_axis(info.name, axis, p.out.shape());
  std::int64_t start = 0;
  for (std::size_t i = 0; i < p.in.size(); ++i) {
    const std::int64_t stop = start + p.in[i].shape()[along];
    if (p.needs[i]) p.grad[i] = slice(p.ct, axis, start, stop);
    start = stop;
  }
}

std::vector<Sample> Concat::samples() {
  return {{Concat{0}, {Shape{2, 3}, Shape{1, 3}}},
          {Concat{-1}, {Shape{2, 1}, Shape{2, 0}, Shape{2, 2}}},
          {Concat{0}, {Shape{2}, Shape{1}, Shape{1}, Shape{3}, Shape{1}}},
          {Concat{1}, {Shape{2, 2, 2}}}};
}

std::vector<BadCall> Concat::bad_calls() {
  return {{Concat{0}, {Shape{2, 3}, Shape{2, 4}}, Mistake::shape, "Operand 1 has shape [2, 4], operand 0 has [2, 3]"},
          {Concat{2}, {Shape{2, 3}}, Mistake::shape, "There is no axis 2 in shape [2, 3]"},
          {Concat{0}, {Shape{2}, Shape{2, 1}}, Mistake::shape, "Operand 1 has shape [2, 1], operand 0 has [2]"},
          {Concat{0}, {Shape{2}, indices({2}, 3)}, Mistake::dtype, "Operands of f64 and i64"},
          {Concat{0}, {}, Mistake::value, "No operands were given"}};
}

}  // namespace ops

template const OpTable& op_table<ops::Concat>();

}  // namespace nabla
