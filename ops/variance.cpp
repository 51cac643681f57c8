#include <nabla/op.hpp>

#include "kernels/norm.hpp"

namespace nabla {
namespace ops {

Shape Variance::infer(Shapes in) const { return ReducedAxes(info.name, axes, in[0]).result(in[0], keep); }

void Variance::forward(Tensors in, Tensor& out) const {
  visit_floating(out.dtype(), [&]<class T>(std::type_identity<T>) {
    const kernels::Rows rows(in[0], ReducedAxes(info.name, axes, in[0].shape()));
    const double divisor = kernels::degrees_of_freedom(rows.length, correction);
    kernels::reduce_rows<T>(rows, out, [&](const T* x, std::int64_t n) { return kernels::variance(x, n, divisor); });
  });
}

// ∂y/∂x_i = 2 (x_i − x̄) / (n − correction): what x_i does to the mean cancels.
template <Value V>
void Variance::vjp(const Pullback<V>& p) const {
  const Shape& shape = p.in[0].shape();
  const ReducedAxes reduced(info.name, axes, shape);
  const double divisor = kernels::degrees_of_freedom(kernels::reduced_length(shape, reduced), correction);
  const V ct = reshape(p.ct, reduced.result(shape, true));
  p.grad[0] = ct * ((2 / divisor) * (p.in[0] - mean(p.in[0], axes, true)));
}

std::vector<Sample> Variance::samples() {
  return {{Variance{}, {Shape{2, 3}}},         {Variance{0, false, 0}, {Shape{2, 3}}},
          {Variance{-1, true}, {Shape{2, 3}}}, {Variance{{0, 2}, false, 2}, {Shape{2, 3, 2}}},
          {Variance{1}, {Shape{2, 3, 2}}},     {Variance{{}, false, 0}, {Shape{}}},
          {Variance{1}, {Shape{0, 2}}},        {Variance{0}, {Shape{600, 2}}}};
}

std::vector<BadCall> Variance::bad_calls() {
  return {{Variance{5}, {Shape{2, 3}}, Mistake::shape, "There is no axis 5 in shape [2, 3]; take an axis from -2 to 1"},
          {Variance{{0, -2}}, {Shape{2, 3}}, Mistake::shape, "Axis -2 is named twice in [0, -2]"},
          {Variance{}, {indices({2}, 3)}, Mistake::dtype, "Operands of i64; it takes f32 and f64"}};
}

}  // namespace ops

template const OpTable& op_table<ops::Variance>();

}  // namespace nabla
