#include <nabla/op.hpp>

#include "kernels/choice.hpp"

namespace nabla {
namespace ops {

DType Argmin::infer_dtype(Tensors) const { return i64; }

Shape Argmin::infer(Shapes in) const { return kernels::choice_shape(info.name, "smallest", axis, keep, in[0]); }

void Argmin::forward(Tensors in, Tensor& out) const {
  kernels::choose_indices(in[0], ReducedAxes(info.name, axis, in[0].shape()), out,
                          [](auto a, auto b) { return a < b; });
}

std::vector<Sample> Argmin::samples() {
  return {{Argmin{}, {Shape{5}}},
          {Argmin{0, true}, {Shape{4, 3}}},
          {Argmin{1}, {Shape{2, 3, 2}}},
          {Argmin{}, {indices({2, 8}, 3)}},
          {Argmin{1}, {Shape{0, 3}}}};
}

std::vector<BadCall> Argmin::bad_calls() {
  return {{Argmin{2}, {Shape{2, 3}}, Mistake::shape, "There is no axis 2 in shape [2, 3]"},
          {Argmin{}, {Shape{}}, Mistake::shape, "a scalar has no axes"},
          {Argmin{}, {Shape{2, 0}}, Mistake::shape, "There is no smallest element among none"}};
}

}  // namespace ops

template const OpTable& op_table<ops::Argmin>();

}  // namespace nabla
