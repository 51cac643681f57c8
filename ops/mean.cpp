#include <nabla/op.hpp>

#include "kernels/reduce.hpp"

namespace nabla {
namespace ops {

Shape Mean::infer(Shapes in) const { return ReducedAxes(info.name, axes, in[0]).result(in[0], keep); }

void Mean::forward(Tensors in, Tensor& out) const {
  kernels::sum(in[0], ReducedAxes(info.name, axes, in[0].shape()), out);
  const double n = static_cast<double>(in[0].size()) / static_cast<double>(out.size());
  visit(out.dtype(), [&]<class T>(std::type_identity<T>) {
    for (T& value : out.mutable_data<T>()) value = static_cast<T>(value / static_cast<T>(n));
  });
}

template <Value V>
void Mean::vjp(const Pullback<V>& p) const {
  const Shape& shape = p.in[0].shape();
  const Shape kept = ReducedAxes(info.name, axes, shape).result(shape, true);
  const double n = static_cast<double>(shape.elements()) / static_cast<double>(p.out.shape().elements());
  p.grad[0] = expand(reshape(p.ct, kept), shape) / n;
}

std::vector<Sample> Mean::samples() {
  return {{Mean{}, {Shape{2, 3}}},          {Mean{0}, {Shape{2, 3}}},    {Mean{-1, true}, {Shape{2, 3}}},
          {Mean{{0, 2}}, {Shape{2, 3, 2}}}, {Mean{1}, {Shape{2, 3, 2}}}, {Mean{}, {Shape{}}},
          {Mean{1}, {Shape{0, 2}}}};
}

std::vector<BadCall> Mean::bad_calls() {
  return {{Mean{5}, {Shape{2, 3}}, Mistake::shape, "There is no axis 5 in shape [2, 3]; take an axis from -2 to 1"},
          {Mean{{0, -2}}, {Shape{2, 3}}, Mistake::shape, "Axis -2 is named twice in [0, -2]"},
          {Mean{0}, {Shape{}}, Mistake::shape, "There is no axis 0 in shape []; a scalar has no axes"},
          {Mean{}, {indices({2}, 3)}, Mistake::dtype, "Operands of i64; it takes f32 and f64"}};
}

}  // namespace ops

template const OpTable& op_table<ops::Mean>();

}  // namespace nabla
