#include <nabla/op.hpp>

#include "kernels/cost.hpp"

namespace nabla {
namespace ops {

Shape QuadraticPerNeuronCost::infer(Shapes in) const { return kernels::cost_shape(info.name, in[0], in[1]); }

void QuadraticPerNeuronCost::forward(Tensors in, Tensor& out) const {
  kernels::sum_of_terms([](auto a, auto y) { return (a - y) * (a - y); }, 0.5 / static_cast<double>(in[0].size()), out,
                        in[0], in[1]);
}

template <Value V>
void QuadraticPerNeuronCost::vjp(const Pullback<V>& p) const {
  const V residual = (p.in[0] - p.in[1]) / static_cast<double>(p.in[0].shape().elements());
  if (p.needs[0]) p.grad[0] = p.ct * residual;
  if (p.needs[1]) p.grad[1] = -p.ct * residual;
}

std::vector<Sample> QuadraticPerNeuronCost::samples() {
  return {{QuadraticPerNeuronCost{}, {Shape{4, 3}, Shape{4, 3}}},
          {QuadraticPerNeuronCost{}, {Shape{3}, Shape{3}}},
          {QuadraticPerNeuronCost{}, {Shape{}, Shape{}}}};
}

std::vector<BadCall> QuadraticPerNeuronCost::bad_calls() {
  const Shape x{4, 3};
  return {{QuadraticPerNeuronCost{},
           {x, Shape{4, 2}},
           Mistake::shape,
           "a has shape [4, 3], y has [4, 2]; they must be equal"},
          {QuadraticPerNeuronCost{}, {x, indices(x, 2)}, Mistake::dtype, "Operands of f64 and i64"},
          {QuadraticPerNeuronCost{}, {x}, Mistake::value, "1 operands were given; it takes 2"}};
}

}  // namespace ops

template const OpTable& op_table<ops::QuadraticPerNeuronCost>();

}  // namespace nabla
