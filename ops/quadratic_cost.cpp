#include <nabla/op.hpp>

#include "kernels/cost.hpp"

namespace nabla {
namespace ops {

Shape QuadraticCost::infer(Shapes in) const { return kernels::cost_shape(info.name, in[0], in[1]); }

void QuadraticCost::forward(Tensors in, Tensor& out) const {
  kernels::sum_of_terms([](auto a, auto y) { return (a - y) * (a - y); }, 0.5 / kernels::samples_of(in[0].shape()), out,
                        in[0], in[1]);
}

template <Value V>
void QuadraticCost::vjp(const Pullback<V>& p) const {
  const V residual = (p.in[0] - p.in[1]) / kernels::samples_of(p.in[0].shape());  // ∇_a C = (a − y) / m
  if (p.needs[0]) p.grad[0] = p.ct * residual;
  if (p.needs[1]) p.grad[1] = -p.ct * residual;
}

void QuadraticCost::vjp_fused(const Pullback<Tensor>& p) const {
  const double m = kernels::samples_of(p.in[0].shape());
  kernels::pull_terms(
      p, [m](auto a, auto y) { return (a - y) / static_cast<decltype(a)>(m); },
      [m](auto a, auto y) { return (y - a) / static_cast<decltype(a)>(m); });
}

std::vector<Sample> QuadraticCost::samples() {
  return {{QuadraticCost{}, {Shape{4, 3}, Shape{4, 3}}},
          {QuadraticCost{}, {Shape{3}, Shape{3}}},
          {QuadraticCost{}, {Shape{}, Shape{}}}};
}

std::vector<BadCall> QuadraticCost::bad_calls() {
  const Shape x{4, 3};
  return {{QuadraticCost{}, {x, Shape{4, 2}}, Mistake::shape, "a has shape [4, 3], y has [4, 2]; they must be equal"},
          {QuadraticCost{}, {x, indices(x, 2)}, Mistake::dtype, "Operands of f64 and i64"},
          {QuadraticCost{}, {x}, Mistake::value, "1 operands were given; it takes 2"}};
}

}  // namespace ops

template const OpTable& op_table<ops::QuadraticCost>();

}  // namespace nabla
