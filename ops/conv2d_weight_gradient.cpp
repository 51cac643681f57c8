#include <nabla/op.hpp>

#include "kernels/convolution.hpp"

namespace nabla {
namespace ops {

namespace {

Shape weight_shape(const Conv2dWeightGradient& op, const Shape& x, const Shape& y) {
  return {y[1], x[1] / std::max<std::int64_t>(op.options.groups, 1), op.kernel.height, op.kernel.width};
}

}  // namespace

Shape Conv2dWeightGradient::infer(Shapes in) const {
  const Shape &x = in[0], &y = in[1];
  if (x.rank() != 4 || y.rank() != 4)
    throw ShapeError(info.name, fmt::format("x has shape {}, y {}; they must be [samples, channels, height, width] and "
                                            "[samples, filters, height, width]",
                                            x, y));
  const Shape weight = weight_shape(*this, x, y);
  kernels::Convolution(info.name, x, weight, options).require_result(info.name, y);
  return weight;
}

void Conv2dWeightGradient::forward(Tensors in, Tensor& out) const {
  kernels::Convolution(info.name, in[0].shape(), out.shape(), options)
      .weight_gradient(in[0].contiguous(), in[1].contiguous(), out);
}

template <Value V>
void Conv2dWeightGradient::vjp(const Pullback<V>& p) const {
  const HeightWidth size{p.in[0].shape()[2], p.in[0].shape()[3]};
  if (p.needs[0]) p.grad[0] = conv2d_transposed(p.in[1], p.ct, size, options);
  if (p.needs[1]) p.grad[1] = conv2d(p.in[0], p.ct, options);
}

std::vector<Sample> Conv2dWeightGradient::samples() {
  return {{Conv2dWeightGradient{{2, 2}}, {Shape{2, 1, 3, 3}, Shape{2, 2, 2, 2}}},
          {Conv2dWeightGradient{{3, 2}, {.stride = {2, 1}, .padding = {1, 0}}}, {Shape{1, 2, 4, 3}, Shape{1, 2, 2, 2}}},
          {Conv2dWeightGradient{{2, 2}, {.padding = 1, .dilation = 2, .groups = 2}},
           {Shape{1, 2, 2, 3}, Shape{1, 4, 2, 3}}},
          {Conv2dWeightGradient{{1, 1}}, {Shape{2, 3, 2, 2}, Shape{2, 2, 2, 2}}},
          {Conv2dWeightGradient{{2, 2}}, {Shape{0, 1, 3, 3}, Shape{0, 2, 2, 2}}}};
}

std::vector<BadCall> Conv2dWeightGradient::bad_calls() {
  const Shape x{1, 3, 5, 5}, y{1, 2, 4, 4};
  const Conv2dWeightGradient op{{2, 2}};
  return {{op, {x, Shape{2, 2}}, Mistake::shape, "x has shape [1, 3, 5, 5], y [2, 2]"},
          {op, {x, Shape{1, 2, 3, 4}}, Mistake::shape, "y has shape [1, 2, 3, 4]; it must be [1, 2, 4, 4]"},
          {Conv2dWeightGradient{{2, 2}, {.groups = 2}},
           {x, y},
           Mistake::shape,
           "x has 3 channels, the weight 1 for each of 2"},
          {op, {x, OperandSpec(y, -1, 1, f32)}, Mistake::dtype, "Operands of f64 and f32"}};
}

}  // namespace ops

template const OpTable& op_table<ops::Conv2dWeightGradient>();

}  // namespace nabla
