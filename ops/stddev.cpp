#include <nabla/op.hpp>

#include "kernels/norm.hpp"

namespace nabla {
namespace ops {

Shape Stddev::infer(Shapes in) const { return ReducedAxes(info.name, axes, in[0]).result(in[0], keep); }

void Stddev::forward(Tensors in, Tensor& out) const {
  visit_floating(out.dtype(), [&]<class T>(std::type_identity<T>) {
    const kernels::Rows rows(in[0], ReducedAxes(info.name, axes, in[0].shape()));
    const double divisor = kernels::degrees_of_freedom(rows.length, correction);
    kernels::reduce_rows<T>(rows, out,
                            [&](const T* x, std::int64_t n) { return kernels::standard_deviation(x, n, divisor); });
  });
}

// ∂y/∂x_i = (x_i − x̄) / ((n − correction) y).
template <Value V>
void Stddev::vjp(const Pullback<V>& p) const {
  const Shape& shape = p.in[0].shape();
  const ReducedAxes reduced(info.name, axes, shape);
  const Shape kept = reduced.result(shape, true);
  const double divisor = kernels::degrees_of_freedom(kernels::reduced_length(shape, reduced), correction);
  const V direction = kernels::over_length(p.in[0] - mean(p.in[0], axes, true), reshape(p.out, kept));
  p.grad[0] = (reshape(p.ct, kept) / divisor) * direction;
}

std::vector<Sample> Stddev::samples() {
  return {{Stddev{}, {Shape{2, 3}}},         {Stddev{0, false, 0}, {Shape{2, 3}}},
          {Stddev{-1, true}, {Shape{2, 3}}}, {Stddev{{0, 2}, false, 2}, {Shape{2, 3, 2}}},
          {Stddev{1}, {Shape{2, 3, 2}}},     {Stddev{1}, {Shape{0, 2}}},
          {Stddev{0}, {Shape{600, 2}}}};
}

std::vector<BadCall> Stddev::bad_calls() {
  return {{Stddev{5}, {Shape{2, 3}}, Mistake::shape, "There is no axis 5 in shape [2, 3]; take an axis from -2 to 1"},
          {Stddev{{0, -2}}, {Shape{2, 3}}, Mistake::shape, "Axis -2 is named twice in [0, -2]"},
          {Stddev{}, {indices({2}, 3)}, Mistake::dtype, "Operands of i64; it takes f32 and f64"}};
}

}  // namespace ops

template const OpTable& op_table<ops::Stddev>();

}  // namespace nabla
