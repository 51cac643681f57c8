#include <nabla/op.hpp>

#include "kernels/choice.hpp"

namespace nabla {
namespace ops {

Shape Max::infer(Shapes in) const { return kernels::choice_shape(info.name, "largest", axes, keep, in[0]); }

void Max::forward(Tensors in, Tensor& out) const {
  visit(out.dtype(), [&]<class T>(std::type_identity<T>) {
    kernels::reduce_rows<T>(kernels::Rows(in[0], ReducedAxes(info.name, axes, in[0].shape())), out,
                            kernels::largest<T>);
  });
}

template <Value V>
void Max::vjp(const Pullback<V>& p) const {
  p.grad[0] = kernels::share_among_chosen(p.in[0], p.out, p.ct, axes);
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
