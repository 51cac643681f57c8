#include <nabla/op.hpp>

#include "kernels/gemm.hpp"

namespace nabla {
namespace ops {

namespace {

/// All samples as rows, whatever axes they came in.
template <Value V>
V as_rows(const V& x) {
  const Shape& shape = x.shape();
  std::int64_t rows = 1;
  for (std::size_t i = 0; i + 1 < shape.rank(); ++i) rows *= shape[i];
  return reshape(x, Shape{rows, shape.back()});
}

}  // namespace

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
  const std::int64_t fan_out = in[1].shape()[0], fan_in = in[1].shape()[1];
  const Tensor weight = kernels::gemm_ready(in[1]), bias = in[2].contiguous();
  const Tensor x = kernels::gemm_ready(in[0].rank() == 2 ? in[0] : as_rows(in[0]));
  const std::int64_t rows = fan_out == 0 ? 0 : out.size() / fan_out;
  visit_floating(out.dtype(), [&]<class T>(std::type_identity<T>) {
    T* z = out.mutable_data<T>().data();
    const std::span<const T> b = bias.data<T>();
    for (std::int64_t r = 0; r < rows; ++r) std::copy(b.begin(), b.end(), z + r * fan_out);
    if (rows > 0 && fan_in > 0)
      kernels::gemm(T{1}, kernels::last_two_axes<T>(x), kernels::last_two_axes<T>(weight).transposed(), T{1},
                    kernels::Matrix<T>{z, rows, fan_out, fan_out, 1});
  });
}

// With δ = ∂C/∂z = ct: ∂C/∂x = δ W, ∂C/∂W = δᵀ x, ∂C/∂b = Σ δ over the samples.
template <Value V>
void Linear::vjp(const Pullback<V>& p) const {
  const V delta = as_rows(p.ct);
  if (p.needs[0]) p.grad[0] = reshape(matmul(delta, p.in[1]), p.in[0].shape());
  if (p.needs[1]) p.grad[1] = matmul(transpose(delta), as_rows(p.in[0]));
  if (p.needs[2]) p.grad[2] = sum(delta, 0);
}

void Linear::vjp_fused(const Pullback<Tensor>& p) const {
  const Tensor delta = kernels::gemm_ready(as_rows(p.ct)), x = kernels::gemm_ready(as_rows(p.in[0]));
  visit_floating(p.out.dtype(), [&]<class T>(std::type_identity<T>) {
    const auto d = kernels::last_two_axes<T>(delta);
    if (p.needs[2]) p.grad[2] = sum(delta, 0);
    if (p.needs[0]) {
      const Tensor weight = kernels::gemm_ready(p.in[1]);
      p.grad[0] = kernels::product(d, kernels::last_two_axes<T>(weight)).reshaped(p.in[0].shape());
    }
    if (!p.needs[1]) return;
    Into* const into = p.into.empty() || !p.into[1].target ? nullptr : &p.into[1];
    if (!into) {
      p.grad[1] = kernels::product(d.transposed(), kernels::last_two_axes<T>(x));
      return;
    }
    kernels::gemm(static_cast<T>(into->alpha), d.transposed(), kernels::last_two_axes<T>(x), static_cast<T>(into->beta),
                  kernels::dense<T>(*into->target));
    into->target = nullptr;
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
