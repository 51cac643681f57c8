#include <nabla/op.hpp>

#include "_rows.hpp"
#include "kernels/gemm.hpp"
#include "kernels/gradient_place.hpp"
#include "kernels/reduce.hpp"

namespace nabla {
namespace ops {

Shape Linear::infer(Shapes in) const {
  const Shape &x = in[0], &weight = in[1], &bias = in[2];
  if (weight.rank() != 2)
    throw ShapeError(info.name, fmt::format("The weight has shape {}; it must be [fan_out, fan_in]", weight));
  if (x.rank() == 0 || x.back() != weight[1])
    throw ShapeError(info.name, fmt::format("x has shape {}, the weight {}; the last extent of x must be fan_in ({})",
                                            x, weight, weight[1]));
  if (bias != Shape{weight[0]})
    throw ShapeError(info.name, fmt::format("The bias has shape {}, the weight {}; the bias must be [fan_out], [{}]",
                                            bias, weight, weight[0]));
  Dims result = x;
  result[x.rank() - 1] = weight[0];
  return Shape(result);
}

void Linear::forward(Tensors in, Tensor& out) const {
  visit_floating(out.dtype(), [&]<class T>(std::type_identity<T>) {
    kernels::Copies copies;
    const auto x = kernels::as_matrix<T>(in[0], copies), weight = kernels::as_matrix<T>(in[1], copies);
    const T* const bias = kernels::as_matrix<T>(in[2], copies).data;
    T* const z = reinterpret_cast<T*>(out.new_data());
    for (std::int64_t r = 0; r < x.rows; ++r) std::copy_n(bias, weight.rows, z + r * weight.rows);
    kernels::gemm(T{1}, x, weight.transposed(), T{1}, kernels::Matrix<T>{z, x.rows, weight.rows, weight.rows, 1});
  });
}

// With δ = ∂C/∂z = ct: ∂C/∂x = δ W, ∂C/∂W = δᵀ x, ∂C/∂b = Σ δ over the samples.
template <Value V>
void Linear::vjp(const Pullback<V>& p) const {
  const V delta = as_rows(p.ct);
  if (p.needs[0]) p.grad[0] = reshape(matmul(delta, p.in[1]), p.in[0].shape());
  if (p.needs[1]) p.grad[1] = linear_weight_gradient(p.ct, p.in[0]);
  if (p.needs[2]) p.grad[2] = sum(delta, 0);
}

void Linear::vjp_fused(const Pullback<Tensor>& p) const {
  visit_floating(p.out.dtype(), [&]<class T>(std::type_identity<T>) {
    kernels::Copies copies;
    const auto delta = kernels::as_dense_matrix<T>(p.ct, copies);
    const auto x = kernels::as_matrix<T>(p.in[0], copies);
    kernels::form_gradient<T>(p, 2, /*still_read=*/false, [&](T* to, T alpha, T beta) {
      if (alpha == 1 && beta == 0) return kernels::sum_of_rows(delta.data, delta.rows, delta.columns, to);
      PooledVector<T> sum(static_cast<std::size_t>(delta.columns));
      kernels::sum_of_rows(delta.data, delta.rows, delta.columns, sum.data());
      for (std::size_t k = 0; k < sum.size(); ++k) to[k] = beta * to[k] + alpha * sum[k];
    });
    kernels::form_gradient<T>(p, 0, /*still_read=*/p.needs[1], [&](T* to, T alpha, T beta) {
      const auto weight = kernels::as_matrix<T>(p.in[1], copies);
      kernels::gemm(alpha, delta, weight, beta, kernels::Matrix<T>{to, x.rows, x.columns, x.columns, 1});
    });
    kernels::form_gradient<T>(p, 1, /*still_read=*/false, [&](T* to, T alpha, T beta) {  // last: W may be its own
                                                                                         // target
      kernels::gemm(alpha, delta.transposed(), x, beta, kernels::Matrix<T>{to, delta.columns, x.columns, x.columns, 1});
    });
  });
}

std::vector<Sample> Linear::samples() {
  return {{Linear{}, {Shape{4, 3}, Shape{2, 3}, Shape{2}}},
          {Linear{}, {Shape{3}, Shape{2, 3}, Shape{2}}},
          {Linear{}, {Shape{2, 2, 3}, Shape{2, 3}, Shape{2}}},
          {Linear{}, {Shape{0, 3}, Shape{2, 3}, Shape{2}}}};
}

std::vector<BadCall> Linear::bad_calls() {
  const Shape x{4, 3}, weight{2, 3}, bias{2};
  return {{Linear{},
           {Shape{4, 5}, weight, bias},
           Mistake::shape,
           "x has shape [4, 5], the weight [2, 3]; the last extent of x must be fan_in (3)"},
          {Linear{}, {x, Shape{3}, bias}, Mistake::shape, "The weight has shape [3]; it must be [fan_out, fan_in]"},
          {Linear{}, {x, weight, Shape{3}}, Mistake::shape, "The bias has shape [3], the weight [2, 3]"},
          {Linear{}, {x, weight}, Mistake::value, "2 operands were given; it takes 3"},
          {Linear{}, {x, weight, OperandSpec(bias, -1, 1, f32)}, Mistake::dtype, "Operands of f64 and f32"}};
}

}  // namespace ops

template const OpTable& op_table<ops::Linear>();

}  // namespace nabla
