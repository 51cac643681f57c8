#include <nabla/op.hpp>

#include "kernels/reduce.hpp"

namespace nabla {
namespace ops {

Shape Max::infer(Shapes in) const {
  const Shape result = ReducedAxes(info.name, axes, in[0]).result(in[0], keep);
  if (in[0].elements() == 0 && result.elements() > 0)
    throw ShapeError(info.name, fmt::format("There is no largest element among none, in shape {} over axes {}; give it "
                                            "elements, or other axes",
                                            in[0], axes.all ? "all" : to_string(axes.list)));
  return result;
}

void Max::forward(Tensors in, Tensor& out) const {
  visit(out.dtype(), [&]<class T>(std::type_identity<T>) {
    kernels::reduce_rows<T>(kernels::Rows(in[0], ReducedAxes(info.name, axes, in[0].shape())), out,
                            kernels::largest<T>);
  });
}

template <Value V>
void Max::vjp(const Pullback<V>& p) const {
  const Shape& shape = p.in[0].shape();
  const Shape kept = ReducedAxes(info.name, axes, shape).result(shape, true);
  const V chosen = equal(p.in[0], reshape(p.out, kept));
  const V count = sum(where(chosen, constant_like(p.ct, Tensor::scalar(1, p.ct.dtype())), 0.0), axes, true);
  p.grad[0] = where(chosen, reshape(p.ct, kept) / count, 0.0);
}

std::vector<Sample> Max::samples() {
  return {{Max{}, {Shape{2, 3}}},          {Max{0}, {Shape{2, 3}}},    {Max{-1, true}, {Shape{2, 3}}},
          {Max{{0, 2}}, {Shape{2, 3, 2}}}, {Max{1}, {Shape{2, 3, 2}}}, {Max{}, {Shape{}}},
          {Max{1}, {Shape{0, 2}}}};
}

std::vector<BadCall> Max::bad_calls() {
  return {{Max{5}, {Shape{2, 3}}, Mistake::shape, "There is no axis 5 in shape [2, 3]; take an axis from -2 to 1"},
          {Max{{0, -2}}, {Shape{2, 3}}, Mistake::shape, "Axis -2 is named twice in [0, -2]"},
          {Max{0}, {Shape{}}, Mistake::shape, "There is no axis 0 in shape []; a scalar has no axes"},
          {Max{0}, {Shape{0, 2}}, Mistake::shape, "no largest element"}};
}

}  // namespace ops

template const OpTable& op_table<ops::Max>();

}  // namespace nabla
