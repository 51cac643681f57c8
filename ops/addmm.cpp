#include <nabla/op.hpp>

#include "kernels/copy.hpp"
#include "kernels/gemm.hpp"

namespace nabla {
namespace ops {

Shape Addmm::infer(Shapes in) const {
  const Shape &c = in[0], &a = in[1], &b = in[2];
  if (a.rank() != 2 || b.rank() != 2 || a[1] != b[0])
    throw ShapeError(info.name, fmt::format("The factors have shapes {} and {}; they must be [m, k] and [k, n]", a, b));
  const Shape product{a[0], b[1]};
  if (c.rank() > 2 || broadcast(info.name, c, product) != product)
    throw ShapeError(info.name, fmt::format("c has shape {}; it must stretch to that of the product, {}", c, product));
  return product;
}

void Addmm::forward(Tensors in, Tensor& out) const {
  visit_floating(out.dtype(), [&]<class T>(std::type_identity<T>) {
    kernels::Copies copies;
    const Tensor c = in[0].expanded(out.shape());
    kernels::copy(out.shape(), kernels::new_place_of<T>(out), kernels::place_of<T>(c));
    kernels::gemm(static_cast<T>(alpha), kernels::as_matrix<T>(in[1], copies), kernels::as_matrix<T>(in[2], copies),
                  static_cast<T>(beta), kernels::dense<T>(out));
  });
}

template <Value V>
void Addmm::vjp(const Pullback<V>& p) const {
  if (p.needs[0]) p.grad[0] = sum_to(beta * p.ct, p.in[0].shape());
  if (p.needs[1]) p.grad[1] = alpha * matmul(p.ct, transpose(p.in[2]));
  if (p.needs[2]) p.grad[2] = alpha * matmul(transpose(p.in[1]), p.ct);
}

std::vector<Sample> Addmm::samples() {
  return {{Addmm{}, {Shape{2, 4}, Shape{2, 3}, Shape{3, 4}}},
          {Addmm{0.5, 2}, {Shape{4}, Shape{2, 3}, Shape{3, 4}}},
          {Addmm{-1, 0.25}, {Shape{3, 1}, Shape{3, 3}, Shape{3, 3}}},
          {Addmm{2, 1}, {Shape{}, Shape{2, 1}, Shape{1, 2}}},
          {Addmm{0, 1}, {Shape{2, 2}, Shape{2, 2}, Shape{2, 2}}},
          {Addmm{}, {Shape{2, 2}, Shape{2, 0}, Shape{0, 2}}},
          {Addmm{}, {Shape{2}, Shape{0, 3}, Shape{3, 2}}}};
}

std::vector<BadCall> Addmm::bad_calls() {
  const Shape c{2, 4}, a{2, 3}, b{3, 4};
  return {{Addmm{}, {c, a, Shape{2, 4}}, Mistake::shape, "The factors have shapes [2, 3] and [2, 4]"},
          {Addmm{}, {c, Shape{3}, b}, Mistake::shape, "they must be [m, k] and [k, n]"},
          {Addmm{}, {Shape{3}, a, b}, Mistake::shape, "Shapes [3] and [2, 4] do not broadcast"},
          {Addmm{}, {Shape{1, 2, 4}, a, b}, Mistake::shape, "c has shape [1, 2, 4]; it must stretch to"},
          {Addmm{}, {c, a, OperandSpec(b, -1, 1, f32)}, Mistake::dtype, "Operands of f64 and f32"}};
}

}  // namespace ops

template const OpTable& op_table<ops::Addmm>();

}  // namespace nabla
