#include <nabla/op.hpp>

#include "kernels/order.hpp"

namespace nabla {
namespace ops {

DType Argsort::infer_dtype(Tensors) const { return i64; }

Shape Argsort::infer(Shapes in) const {
  normalize_axis(info.name, axis, in[0]);
  return in[0];
}

void Argsort::forward(Tensors in, Tensor& out) const {
  kernels::order(in[0], normalize_axis(info.name, axis, in[0].shape()), descending, out);
}

std::vector<Sample> Argsort::samples() {
  return {{Argsort{}, {Shape{5}}},        {Argsort{0, true}, {Shape{4, 3}}}, {Argsort{-2}, {Shape{2, 3, 2}}},
          {Argsort{}, {indices({8}, 3)}}, {Argsort{}, {Shape{2, 0}}},        {Argsort{1}, {Shape{0, 3}}}};
}

std::vector<BadCall> Argsort::bad_calls() {
  return {{Argsort{2}, {Shape{2, 3}}, Mistake::shape, "There is no axis 2 in shape [2, 3]"},
          {Argsort{}, {Shape{}}, Mistake::shape, "a scalar has no axes"},
          {Argsort{}, {Shape{2}, Shape{2}}, Mistake::value, "2 operands were given; it takes 1"}};
}

}  // namespace ops

template const OpTable& op_table<ops::Argsort>();

}  // namespace nabla
