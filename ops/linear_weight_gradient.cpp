#include <nabla/op.hpp>

#include "_rows.hpp"
#include "kernels/gemm.hpp"
#include "kernels/gradient_place.hpp"

namespace nabla {
namespace ops {

Shape LinearWeightGradient::infer(Shapes in) const {
  const Shape &delta = in[0], &x = in[1];
  bool fit = delta.rank() == x.rank() && x.rank() > 0;
  for (std::size_t i = 0; fit && i + 1 < x.rank(); ++i) fit = delta[i] == x[i];
  if (!fit)
    throw ShapeError(info.name, fmt::format("delta has shape {}, x {}; all extents but the last must be equal, and "
                                            "there must be a last",
                                            delta, x));
  return {delta.back(), x.back()};
}

void LinearWeightGradient::forward(Tensors in, Tensor& out) const {
  visit_floating(out.dtype(), [&]<class T>(std::type_identity<T>) {
    kernels::Copies copies;
    const auto delta = kernels::as_matrix<T>(in[0], copies), x = kernels::as_matrix<T>(in[1], copies);
    kernels::gemm(T{1}, delta.transposed(), x, T{0}, kernels::dense<T>(out));
  });
}

template <Value V>
void LinearWeightGradient::vjp(const Pullback<V>& p) const {
  const V &delta = p.in[0], &x = p.in[1];
  if (p.needs[0]) p.grad[0] = reshape(matmul(as_rows(x), transpose(p.ct)), delta.shape());
  if (p.needs[1]) p.grad[1] = reshape(matmul(as_rows(delta), p.ct), x.shape());
}

void LinearWeightGradient::vjp_fused(const Pullback<Tensor>& p) const {
  visit_floating(p.out.dtype(), [&]<class T>(std::type_identity<T>) {
    kernels::Copies copies;
    const auto delta = kernels::as_matrix<T>(p.in[0], copies), x = kernels::as_matrix<T>(p.in[1], copies),
               u = kernels::as_matrix<T>(p.ct, copies);
    kernels::form_gradient<T>(p, 0, /*still_read=*/p.needs[1], [&](T* to, T alpha, T beta) {
      kernels::gemm(alpha, x, u.transposed(), beta,
                    kernels::Matrix<T>{to, delta.rows, delta.columns, delta.columns, 1});
    });
    kernels::form_gradient<T>(p, 1, /*still_read=*/false, [&](T* to, T alpha, T beta) {
      kernels::gemm(alpha, delta, u, beta, kernels::Matrix<T>{to, x.rows, x.columns, x.columns, 1});
    });
  });
}

std::vector<Sample> LinearWeightGradient::samples() {
  return {{LinearWeightGradient{}, {Shape{4, 2}, Shape{4, 3}}},
          {LinearWeightGradient{}, {Shape{2}, Shape{3}}},
          {LinearWeightGradient{}, {Shape{2, 2, 2}, Shape{2, 2, 3}}},
          {LinearWeightGradient{}, {Shape{0, 2}, Shape{0, 3}}}};
}

std::vector<BadCall> LinearWeightGradient::bad_calls() {
  const Shape delta{4, 2}, x{4, 3};
  return {{LinearWeightGradient{},
           {delta, Shape{5, 3}},
           Mistake::shape,
           "delta has shape [4, 2], x [5, 3]; all extents but the last must be equal"},
          {LinearWeightGradient{}, {delta, Shape{3}}, Mistake::shape, "delta has shape [4, 2], x [3]"},
          {LinearWeightGradient{}, {Shape{}, Shape{}}, Mistake::shape, "delta has shape [], x []"},
          {LinearWeightGradient{}, {delta}, Mistake::value, "1 operands were given; it takes 2"},
          {LinearWeightGradient{}, {delta, OperandSpec(x, -1, 1, f32)}, Mistake::dtype, "Operands of f64 and f32"}};
}

}  // namespace ops

template const OpTable& op_table<ops::LinearWeightGradient>();

}  // namespace nabla
