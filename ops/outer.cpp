#include <nabla/op.hpp>

namespace nabla {
namespace ops {

Shape Outer::infer(Shapes in) const {
  if (in[0].rank() != 1 || in[1].rank() != 1)
    throw ShapeError(info.name, fmt::format("The operands have shapes {} and {}; both must be vectors", in[0], in[1]));
  return {in[0][0], in[1][0]};
}

void Outer::forward(Tensors in, Tensor& out) const {
  const Tensor a = in[0].contiguous(), b = in[1].contiguous();
  visit_floating(out.dtype(), [&]<class T>(std::type_identity<T>) {
    T* to = out.mutable_data<T>().data();
    for (const T x : a.data<T>())
      for (const T y : b.data<T>()) *to++ = x * y;
  });
}

template <Value V>
void Outer::vjp(const Pullback<V>& p) const {
  if (p.needs[0]) p.grad[0] = matmul(p.ct, p.in[1]);
  if (p.needs[1]) p.grad[1] = matmul(p.in[0], p.ct);
}

std::vector<Sample> Outer::samples() {
  return {{Outer{}, {Shape{2}, Shape{3}}},
          {Outer{}, {Shape{3}, Shape{3}}},
          {Outer{}, {Shape{1}, Shape{1}}},
          {Outer{}, {Shape{0}, Shape{2}}}};
}

std::vector<BadCall> Outer::bad_calls() {
  return {{Outer{}, {Shape{2, 1}, Shape{3}}, Mistake::shape, "The operands have shapes [2, 1] and [3]"},
          {Outer{}, {Shape{2}, Shape{}}, Mistake::shape, "both must be vectors"},
          {Outer{}, {Shape{2}, indices({2}, 3)}, Mistake::dtype, "Operands of f64 and i64"}};
}

}  // namespace ops

template const OpTable& op_table<ops::Outer>();

}  // namespace nabla
