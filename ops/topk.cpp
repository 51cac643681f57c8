#include <nabla/op.hpp>

#include "kernels/order.hpp"

namespace nabla {
namespace ops {

DType Topk::infer_dtype(Tensors) const { return i64; }

Shape Topk::infer(Shapes in) const {
  const std::size_t along = normalize_axis(info.name, axis, in[0]);
  if (k < 0 || k > in[0][along])
    throw ValueError(info.name, fmt::format("k is {}, and axis {} of shape {} has {} elements; take 0 to {}", k, axis,
                                            in[0], in[0][along], in[0][along]));
  Dims extents = in[0];
  extents[along] = k;
  return Shape(extents);
}

void Topk::forward(Tensors in, Tensor& out) const {
  kernels::order(in[0], normalize_axis(info.name, axis, in[0].shape()), largest, out);
}

std::vector<Sample> Topk::samples() {
  return {{Topk{3}, {Shape{6}}},           {Topk{2, 1}, {Shape{3, 4}}}, {Topk{1, 0, false}, {Shape{3, 4}}},
          {Topk{2, -2}, {Shape{2, 3, 2}}}, {Topk{0}, {Shape{2, 3}}},    {Topk{2, 1}, {Shape{0, 3}}},
          {Topk{4}, {indices({2, 8}, 3)}}, {Topk{0, 1}, {Shape{2, 0}}}};
}

std::vector<BadCall> Topk::bad_calls() {
  return {{Topk{4}, {Shape{2, 3}}, Mistake::value, "k is 4, and axis -1 of shape [2, 3] has 3 elements; take 0 to 3"},
          {Topk{-1}, {Shape{3}}, Mistake::value, "k is -1"},
          {Topk{1, 2}, {Shape{2, 3}}, Mistake::shape, "There is no axis 2 in shape [2, 3]"},
          {Topk{1}, {Shape{}}, Mistake::shape, "a scalar has no axes"}};
}

}  // namespace ops

template const OpTable& op_table<ops::Topk>();

}  // namespace nabla
