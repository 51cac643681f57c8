#include <nabla/op.hpp>

#include "kernels/cost.hpp"

namespace nabla {
namespace ops {

Shape CategoricalCrossEntropy::infer(Shapes in) const { return kernels::cost_shape(info.name, in[0], in[1]); }

void CategoricalCrossEntropy::forward(Tensors in, Tensor& out) const {
  kernels::sum_of_terms(
      [](auto a, auto y) {
        if (!(a >= 0 && a <= 1)) kernels::refuse_probability(info.name, static_cast<double>(a));
        return kernels::x_log_y(y, a);
      },
      -1 / kernels::samples_of(in[0].shape()), out, in[0], in[1]);
}

template <Value V>
void CategoricalCrossEntropy::vjp(const Pullback<V>& p) const {
  const V &a = p.in[0], &y = p.in[1];
  const double m = kernels::samples_of(a.shape());
  if (p.needs[0]) p.grad[0] = p.ct * (-kernels::ratio(y, a) / m);
  if (p.needs[1]) p.grad[1] = p.ct * (-log(a) / m);
}

std::vector<Sample> CategoricalCrossEntropy::samples() {
  return {{CategoricalCrossEntropy{}, {OperandSpec({4, 3}, 0.1, 0.9), distribution({4, 3})}},
          {CategoricalCrossEntropy{}, {OperandSpec({3}, 0.1, 0.9), distribution({3})}}};
}

std::vector<BadCall> CategoricalCrossEntropy::bad_calls() {
  const Shape x{4, 3};
  return {{CategoricalCrossEntropy{},
           {OperandSpec(x, 0, 1), Shape{4, 2}},
           Mistake::shape,
           "a has shape [4, 3], y has [4, 2]; they must be equal"},
          {CategoricalCrossEntropy{}, {OperandSpec(x, 0, 1), indices(x, 2)}, Mistake::dtype, "Operands of f64 and i64"},
          {CategoricalCrossEntropy{},
           {OperandSpec(x, -1, -1), x},
           Mistake::value,
           "A probability of -1; a must lie in [0, 1]"},
          {CategoricalCrossEntropy{}, {x}, Mistake::value, "1 operands were given; it takes 2"}};
}

}  // namespace ops

template const OpTable& op_table<ops::CategoricalCrossEntropy>();

}  // namespace nabla
