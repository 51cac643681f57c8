#include <nabla/op.hpp>

#include "kernels/choice.hpp"

namespace nabla {
namespace ops {

DType Argmax::infer_dtype(Tensors) const { return i64; }

Shape Argmax::infer(Shapes in) const { return kernels::choice_shape(info.name, "largest", axis, keep, in[0]); }

void Argmax::forward(Tensors in, Tensor& out) const {
  kernels::choose_indices(in[0], ReducedAxes(info.name, axis, in[0].shape()), out,
                          [](auto a, auto b) { return a > b; });
}

std::vector<Sample> Argmax::samples() {
  return {{Argmax{}, {Shape{5}}},
          {Argmax{0, true}, {Shape{4, 3}}},
          {Argmax{1}, {Shape{2, 3, 2}}},
          {Argmax{}, {indices({2, 8}, 3)}},
          {Argmax{1}, {Shape{0, 3}}}};
}

std::vector<BadCall> Argmax::bad_calls() {
  return {{Argmax{2}, {Shape{2, 3}}, Mistake::shape, "There is no axis 2 in shape [2, 3]"},
          {Argmax{}, {Shape{}}, Mistake::shape, "a scalar has no axes"},
          {Argmax{}, {Shape{2, 0}}, Mistake::shape, "There is no largest element among none"}};
}

}  // namespace ops

template const OpTable& op_table<ops::Argmax>();

}  // namespace nabla
