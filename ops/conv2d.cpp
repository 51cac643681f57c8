#include <nabla/op.hpp>

#include "kernels/convolution.hpp"

namespace nabla {
namespace ops {

Shape Conv2d::infer(Shapes in) const {
  const Shape &x = in[0], &weight = in[1], &bias = in[2];
  if (x.rank() != 4 || weight.rank() != 4)
    throw ShapeError(info.name, fmt::format("x has shape {}, the weight {}; they must be [samples, channels, height, "
                                            "width] and [filters, channels / groups, height, width]",
                                            x, weight));
  const kernels::Convolution convolution(info.name, x, weight, options);
  convolution.require_bias(info.name, bias);
  return convolution.result();
}

void Conv2d::forward(Tensors in, Tensor& out) const {
  kernels::Convolution(info.name, in[0].shape(), in[1].shape(), options)
      .forward(in[0].contiguous(), in[1].contiguous(), in[2].contiguous(), out);
}

template <Value V>
void Conv2d::vjp(const Pullback<V>& p) const {
  const V &x = p.in[0], &weight = p.in[1];
  const HeightWidth size{x.shape()[2], x.shape()[3]}, kernel{weight.shape()[2], weight.shape()[3]};
  if (p.needs[0]) p.grad[0] = conv2d_transposed(p.ct, weight, size, options);
  if (p.needs[1]) p.grad[1] = conv2d_weight_gradient(x, p.ct, kernel, options);
  if (p.needs[2]) p.grad[2] = sum_to(sum(p.ct, {0, 2, 3}), p.in[2].shape());
}

std::vector<Sample> Conv2d::samples() {
  return {{Conv2d{}, {Shape{2, 1, 3, 3}, Shape{2, 1, 2, 2}, Shape{2}}},
          {Conv2d{{.stride = {2, 1}, .padding = {1, 0}}}, {Shape{1, 2, 4, 3}, Shape{2, 2, 3, 2}, Shape{2}}},
          {Conv2d{{.padding = 2, .dilation = 2, .groups = 2}}, {Shape{1, 2, 3, 3}, Shape{4, 1, 2, 2}, Shape{}}},
          {Conv2d{{.stride = 3}}, {Shape{1, 1, 5, 4}, Shape{1, 1, 2, 1}, Shape{}}},
          {Conv2d{}, {Shape{2, 3, 2, 2}, Shape{2, 3, 1, 1}, Shape{2}}},
          {Conv2d{}, {Shape{0, 1, 3, 3}, Shape{2, 1, 2, 2}, Shape{2}}}};
}

std::vector<BadCall> Conv2d::bad_calls() {
  const Shape x{1, 4, 5, 5}, weight{6, 4, 3, 3}, bias{6};
  return {
      {Conv2d{}, {Shape{4, 5, 5}, weight, bias}, Mistake::shape, "x has shape [4, 5, 5], the weight [6, 4, 3, 3]"},
      {Conv2d{},
       {x, Shape{6, 3, 3, 3}, bias},
       Mistake::shape,
       "x has 4 channels, the weight 3 for each of 1 groups; they must be as many"},
      {Conv2d{}, {x, weight, Shape{5}}, Mistake::shape, "The bias has shape [5]; it must be [filters], [6]"},
      {Conv2d{}, {x, Shape{6, 4, 6, 3}, bias}, Mistake::shape, "A window of 6 on an extent of 5, 5 with its padding"},
      {Conv2d{{.groups = 4}}, {x, Shape{6, 1, 3, 3}, bias}, Mistake::value, "4 groups of 6 filters"},
      {Conv2d{{.stride = 0}}, {x, weight, bias}, Mistake::value, "A kernel of 3 with stride 0, padding 0"},
      {Conv2d{}, {x, weight, OperandSpec(bias, -1, 1, f32)}, Mistake::dtype, "Operands of f64 and f32"}};
}

}  // namespace ops

template const OpTable& op_table<ops::Conv2d>();

}  // namespace nabla
