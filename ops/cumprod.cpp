#include <nabla/op.hpp>

#include "kernels/scan.hpp"

namespace nabla {
namespace ops {

Shape Cumprod::infer(Shapes in) const {
  normalize_axis(info.name, axis, in[0]);
  return in[0];
}

void Cumprod::forward(Tensors in, Tensor& out) const {
  kernels::running(in[0], normalize_axis(info.name, axis, out.shape()), backwards, out,
                   [](auto y, auto x) { return y * x; });
}

// y_k = x_k y_{k−1} is a linear recurrence with factors x, so λ_k = ct_k + x_{k+1} λ_{k+1} and ∂C/∂x_k = λ_k y_{k−1}.
// Nothing is divided by x.
template <Value V>
void Cumprod::vjp(const Pullback<V>& p) const {
  const std::size_t along = normalize_axis(info.name, axis, p.out.shape());
  const V lambda = linear_recurrence(kernels::before(p.in[0], along, !backwards, 0), p.ct, axis, !backwards);
  p.grad[0] = lambda * kernels::before(p.out, along, backwards, 1);
}

std::vector<Sample> Cumprod::samples() {
  const auto zeros_in = [](const Shape& shape) { return OperandSpec(shape, 0, 0); };
  return {{Cumprod{}, {Shape{5}}},           {Cumprod{0}, {Shape{3, 2}}}, {Cumprod{1, true}, {Shape{2, 3, 2}}},
          {Cumprod{}, {zeros_in({4})}},      {Cumprod{}, {Shape{1}}},     {Cumprod{0}, {Shape{0, 3}}},
          {Cumprod{-1, true}, {Shape{2, 0}}}};
}

std::vector<BadCall> Cumprod::bad_calls() {
  return {{Cumprod{2}, {Shape{2, 3}}, Mistake::shape, "There is no axis 2 in shape [2, 3]"},
          {Cumprod{}, {Shape{}}, Mistake::shape, "a scalar has no axes"},
          {Cumprod{}, {indices({2}, 3)}, Mistake::dtype, "Operands of i64; it takes f32 and f64"}};
}

}  // namespace ops

template const OpTable& op_table<ops::Cumprod>();

}  // namespace nabla
