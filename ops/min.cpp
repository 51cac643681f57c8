#include <nabla/op.hpp>

#include "kernels/choice.hpp"

namespace nabla {
namespace ops {

Shape Min::infer(Shapes in) const { return kernels::choice_shape(info.name, "smallest", axes, keep, in[0]); }

void Min::forward(Tensors in, Tensor& out) const {
  visit(out.dtype(), [&]<class T>(std::type_identity<T>) {
    kernels::reduce_rows<T>(kernels::Rows(in[0], ReducedAxes(info.name, axes, in[0].shape())), out,
                            kernels::smallest<T>);
  });
}

template <Value V>
void Min::vjp(const Pullback<V>& p) const {
  p.grad[0] = kernels::share_among_chosen(p.in[0], p.out, p.ct, axes);
}

std::vector<Sample> Min::samples() {
  return {{Min{}, {Shape{2, 3}}},          {Min{0}, {Shape{2, 3}}},    {Min{-1, true}, {Shape{2, 3}}},
          {Min{{0, 2}}, {Shape{2, 3, 2}}}, {Min{1}, {Shape{2, 3, 2}}}, {Min{}, {Shape{}}},
          {Min{1}, {Shape{0, 2}}}};
}

std::vector<BadCall> Min::bad_calls() {
  return {{Min{5}, {Shape{2, 3}}, Mistake::shape, "There is no axis 5 in shape [2, 3]; take an axis from -2 to 1"},
          {Min{{0, -2}}, {Shape{2, 3}}, Mistake::shape, "Axis -2 is named twice in [0, -2]"},
          {Min{0}, {Shape{}}, Mistake::shape, "There is no axis 0 in shape []; a scalar has no axes"},
          {Min{0}, {Shape{0, 2}}, Mistake::shape, "no smallest element"}};
}

}  // namespace ops

template const OpTable& op_table<ops::Min>();

}  // namespace nabla
