#include <nabla/op.hpp>

#include "kernels/cost.hpp"

namespace nabla {
namespace ops {

Shape SigmoidCrossEntropy::infer(Shapes in) const { return kernels::cost_shape(info.name, in[0], in[1]); }

void SigmoidCrossEntropy::forward(Tensors in, Tensor& out) const {
  kernels::sum_of_terms([](auto z, auto y) { return ((z > 0 ? z : 0) - z * y) + std::log1p(std::exp(-std::abs(z))); },
                        1 / kernels::samples_of(in[0].shape()), out, in[0], in[1]);
}

template <Value V>
void SigmoidCrossEntropy::vjp(const Pullback<V>& p) const {
  const V &z = p.in[0], &y = p.in[1];
  const double m = kernels::samples_of(z.shape());
  if (p.needs[0]) p.grad[0] = p.ct * ((sigmoid(z) - y) / m);
  if (p.needs[1]) p.grad[1] = p.ct * (-z / m);
}

std::vector<Sample> SigmoidCrossEntropy::samples() {
  return {{SigmoidCrossEntropy{}, {Shape{4, 3}, OperandSpec({4, 3}, 0, 1)}},
          {SigmoidCrossEntropy{}, {Shape{3}, OperandSpec({3}, 0, 1)}}};
}

std::vector<BadCall> SigmoidCrossEntropy::bad_calls() {
  const Shape x{4, 3};
  return {
      {SigmoidCrossEntropy{}, {x, Shape{4, 2}}, Mistake::shape, "a has shape [4, 3], y has [4, 2]; they must be equal"},
      {SigmoidCrossEntropy{}, {x, indices(x, 2)}, Mistake::dtype, "Operands of f64 and i64"},
      {SigmoidCrossEntropy{}, {x}, Mistake::value, "1 operands were given; it takes 2"}};
}

}  // namespace ops

template const OpTable& op_table<ops::SigmoidCrossEntropy>();

}  // namespace nabla
